// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the server adds to a message without changing its bytes: {@code count u8, (name string, value string)*}, in records
 * as in the DELIVER frame.
 */
public final class Annotations {

    /** Why a message is in the dead letters. */
    public static final String DEAD_LETTER_REASON = "JMS_Quoin_DeadLetterReason";

    /** The user whose connection sent the message. */
    public static final String USER_ID = "JMSXUserID";

    /** The group of a message whose destination finds it by another property. */
    public static final String GROUP_ID = "JMSXGroupID";

    private static final int BYTES_MAX = 4 * 1024;

    private Annotations() {}

    /** As {@link #put}; short ones only. */
    public static byte[] encode(Map<String, String> annotations) {
        ByteBuffer to = ByteBuffer.allocate(BYTES_MAX);
        put(to, annotations);
        return Arrays.copyOf(to.array(), to.position());
    }

    public static void put(ByteBuffer to, Map<String, String> annotations) {
        to.put((byte) annotations.size());
        annotations.forEach((name, value) -> {
            Strings.put(to, name);
            Strings.put(to, value);
        });
    }

    /** Those of a record that brings a message; may be added to. */
    public static Map<String, String> of(RecordView sent) {
        int length = SendRecord.annotationsLength(sent);
        return length == 0 ? new LinkedHashMap<>() : read(sent.buffer().slice(SendRecord.annotationsAt(sent), length));
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
