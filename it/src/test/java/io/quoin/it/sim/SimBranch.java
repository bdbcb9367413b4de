// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Xid;

/** A branch of a distributed transaction as its transaction manager knows it. */
final class SimBranch {

    /** What its transaction manager wants of it. */
    enum State {
        /** Sessions may work in it. */
        ACTIVE,
        PREPARED,
        COMMITTING,
        ROLLING_BACK,
        /** Its transaction manager has crashed before it decided, and knows nothing of it. */
        FORGOTTEN,
        OVER
    }

    final Xid xid;
    State state = State.ACTIVE;
    /** Sessions whose work in it has not ended. */
    int working;
    /** Whether a call is not answered. */
    boolean calling;

    SimBranch(int number) {
        this.xid = new Xid(number, Bytes.of((byte) 1, (byte) number), Bytes.EMPTY);
    }

    boolean isActive() {
        return state == State.ACTIVE && !calling;
    }

    /** Whether something can be asked for to bring it to its end. */
    boolean wantsCompletion() {
        return working == 0 && !calling && state != State.OVER && state != State.FORGOTTEN;
    }

    @Override
    public String toString() {
        return "branch " + xid.formatId();
    }
}
