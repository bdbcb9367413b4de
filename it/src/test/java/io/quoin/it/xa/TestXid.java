// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.Xid;

/** The name of a branch as a transaction manager makes it. */
record TestXid(String global, String branch) implements Xid {

    private static final AtomicInteger LAST = new AtomicInteger();

    static TestXid next() {
        return new TestXid("global-" + LAST.incrementAndGet(), "branch");
    }

    @Override
    public int getFormatId() {
        return 0x51;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return global.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] getBranchQualifier() {
        return branch.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether another one, of any class, names the same branch. */
    boolean names(Xid other) {
        return other.getFormatId() == getFormatId()
                && Arrays.equals(other.getGlobalTransactionId(), getGlobalTransactionId())
                && Arrays.equals(other.getBranchQualifier(), getBranchQualifier());
    }
}
