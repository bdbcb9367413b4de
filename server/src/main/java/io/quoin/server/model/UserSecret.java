// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import io.quoin.protocol.codec.Bytes;
import java.nio.ByteBuffer;

/** {@link RecordType#USER_SECRET}: {@value #BYTES} random bytes, from which salts for users that do not exist are made. */
public final class UserSecret {

    public static final int BYTES = 32;

    private UserSecret() {}

    public static void put(ByteBuffer to, Bytes secret) {
        to.put(secret.toByteArray());
    }

    public static Bytes secret(RecordView r) {
        byte[] bytes = new byte[r.fieldsLength()];
        r.buffer().get(r.fieldsAt(), bytes);
        return Bytes.of(bytes);
    }
}
