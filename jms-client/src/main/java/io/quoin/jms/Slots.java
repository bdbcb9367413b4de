// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The slots of message groups that have their home at one consumer, for its {@link SlotListener}.
 *
 * <p>Thread: any; one at a time calls the listener.
 */
final class Slots {

    private static final Logger LOG = System.getLogger(Slots.class.getName());

    private final BitSet assigned = new BitSet();
    private @Nullable SlotListener listener;

    /** Calls another listener from now on, which hears of all slots anew. */
    synchronized void listener(@Nullable SlotListener to) {
        listener = to;
        assigned.clear();
    }

    /** The server tells anew what there is; returns whether anybody wants to hear it. */
    synchronized boolean begin() {
        for (int slot = assigned.nextSetBit(0); slot >= 0; slot = assigned.nextSetBit(slot + 1)) {
            changed(slot, false);
        }
        return listener != null;
    }

    synchronized void changed(int slot, boolean isAssigned) {
        SlotListener to = listener;
        if (to == null || assigned.get(slot) == isAssigned) {
            return;
        }
        assigned.set(slot, isAssigned);
        try {
            if (isAssigned) {
                to.assigned(slot);
            } else {
                to.revoked(slot);
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "The slot listener has thrown an exception", e);
        }
    }
}
