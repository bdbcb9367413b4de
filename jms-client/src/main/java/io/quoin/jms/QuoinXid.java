// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.protocol.codec.Bytes;
import javax.transaction.xa.Xid;

/**
 * The name of a branch, as the server tells it.
 *
 * @param name as on the wire
 */
record QuoinXid(io.quoin.protocol.codec.Xid name) implements Xid {

    /** The name as on the wire. */
    static io.quoin.protocol.codec.Xid wire(Xid xid) {
        return new io.quoin.protocol.codec.Xid(
                xid.getFormatId(), Bytes.of(xid.getGlobalTransactionId()), Bytes.of(xid.getBranchQualifier()));
    }

    @Override
    public int getFormatId() {
        return name.formatId();
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return name.globalId().toByteArray();
    }

    @Override
    public byte[] getBranchQualifier() {
        return name.branchId().toByteArray();
    }
}
