// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;

/**
 * The name of a branch of a distributed transaction (XA).
 *
 * @param globalId at most 64 bytes
 * @param branchId at most 64 bytes
 */
public record Xid(int formatId, Bytes globalId, Bytes branchId) {

    /** Of the shortest one on the wire. */
    static final int MIN_BYTES = 8;

    public Xid {
        if (globalId.length() > ProtocolLimits.MAX_XID_PART_BYTES
                || branchId.length() > ProtocolLimits.MAX_XID_PART_BYTES) {
            throw new IllegalArgumentException(
                    "A part of an xid is longer than " + ProtocolLimits.MAX_XID_PART_BYTES + " bytes");
        }
    }

    void encode(WireBuffer out) {
        out.i32(formatId).bytes(globalId).bytes(branchId);
    }

    static Xid decode(FieldReader in) throws ProtocolException {
        int formatId = in.i32();
        Bytes globalId = part(in);
        return new Xid(formatId, globalId, part(in));
    }

    private static Bytes part(FieldReader in) throws ProtocolException {
        Bytes part = in.bytes();
        if (part.length() > ProtocolLimits.MAX_XID_PART_BYTES) {
            throw new ProtocolException(ErrorCode.BAD_FRAME, "A part of an xid has " + part.length() + " bytes");
        }
        return part;
    }
}
