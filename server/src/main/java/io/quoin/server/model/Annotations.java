// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the server adds to a message without changing its bytes: {@code count u8, (name string, value string)*}, in records
 * as in the DELIVER frame.
 */
public final class Annotations {

    /** Why a message is in the dead letters. */
    public static final String DEAD_LETTER_REASON = "JMS_Quoin_DeadLetterReason";

    private Annotations() {}

    public static void put(ByteBuffer to, Map<String, String> annotations) {
        to.put((byte) annotations.size());
        annotations.forEach((name, value) -> {
            Strings.put(to, name);
            Strings.put(to, value);
        });
    }

    public static Map<String, String> read(ByteBuffer from) {
        int count = from.get() & 0xFF;
        Map<String, String> annotations = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            annotations.put(Strings.get(from), Strings.get(from));
        }
        return annotations;
    }
}
