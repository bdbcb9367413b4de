// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Xid;
import java.nio.ByteBuffer;

/**
 * {@link RecordType#TX_PREPARED}: a branch is prepared. What it sends and acknowledges is in the records before it in the
 * same frame.
 *
 * <pre>
 *  0  8  transaction     number
 *  8  8  preparedAtMs    on the server's clock
 * 16  4  formatId        i32
 * 20  1  length          of the global transaction id
 * 21  1  length          of the branch qualifier
 * 22     both
 * </pre>
 *
 * @param transaction number, never given twice
 * @param preparedAtMs on the server's clock
 */
public record TxPreparedRecord(long transaction, long preparedAtMs, Xid xid) {

    /** Of the longest xid. */
    public static final int BYTES_MAX = 22 + 2 * 64;

    public void put(ByteBuffer to) {
        to.putLong(transaction).putLong(preparedAtMs);
        put(to, xid);
    }

    public static TxPreparedRecord read(RecordView r) {
        ByteBuffer fields = Fields.of(r);
        return new TxPreparedRecord(fields.getLong(), fields.getLong(), readXid(fields));
    }

    /** Writes an xid as it is in the record; in snapshots too. */
    public static void put(ByteBuffer to, Xid xid) {
        to.putInt(xid.formatId()).put((byte) xid.globalId().length()).put((byte)
                xid.branchId().length());
        to.put(xid.globalId().toByteArray()).put(xid.branchId().toByteArray());
    }

    public static Xid readXid(ByteBuffer from) {
        int formatId = from.getInt();
        byte[] globalId = new byte[from.get()];
        byte[] branchId = new byte[from.get()];
        from.get(globalId).get(branchId);
        return new Xid(formatId, Bytes.of(globalId), Bytes.of(branchId));
    }
}
