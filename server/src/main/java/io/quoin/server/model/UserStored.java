// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import io.quoin.protocol.auth.Scram;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.codec.Bytes;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#USER_STORED}: a user is new, or has a new password. The password itself is nowhere.
 *
 * <pre>
 *  0  1  flags        1 administrator
 *  1  3  reserved     0
 *  4  4  iterations
 *  8 32  storedKey
 * 40 32  serverKey
 * 72     name         string
 *        salt         u16 length | bytes
 * </pre>
 */
public record UserStored(boolean administrator, String name, ScramKeys keys) {

    public void put(ByteBuffer to) {
        to.putInt((administrator ? 1 : 0) << 24).putInt(keys.iterations());
        to.put(keys.storedKey().toByteArray()).put(keys.serverKey().toByteArray());
        Strings.put(to, name);
        to.putShort((short) keys.salt().length()).put(keys.salt().toByteArray());
    }

    public static UserStored read(RecordView r) {
        return read(Fields.of(r));
    }

    /** Reads the fields from the buffer's position. */
    public static UserStored read(ByteBuffer fields) {
        boolean administrator = (fields.getInt() >>> 24 & 1) != 0;
        int iterations = fields.getInt();
        Bytes storedKey = bytes(fields, Scram.KEY_BYTES);
        Bytes serverKey = bytes(fields, Scram.KEY_BYTES);
        String name = Strings.get(fields);
        Bytes salt = bytes(fields, fields.getShort() & 0xFFFF);
        return new UserStored(administrator, name, new ScramKeys(salt, iterations, storedKey, serverKey));
    }

    private static Bytes bytes(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return Bytes.of(bytes);
    }
}
