// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/** {@link RecordType#USER_REMOVED}: the user's name as a string. */
public final class UserRemoved {

    private UserRemoved() {}

    public static void put(ByteBuffer to, String name) {
        Strings.put(to, name);
    }

    public static String name(RecordView r) {
        return Strings.get(Fields.of(r));
    }
}
