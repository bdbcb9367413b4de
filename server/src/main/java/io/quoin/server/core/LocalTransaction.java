// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session has sent in its open local transaction, kept until it is committed, and what it has acknowledged, which is
 * marked in the consumers' {@link Deliveries}. Of a large transaction most is in the log already.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class LocalTransaction {

    private final List<HeldTags> held = new ArrayList<>(1);
    private KeptSends kept;
    private int ackCount;
    private @Nullable LoggedPart logged;
    private boolean isRollbackOnly;

    LocalTransaction(KeptMemory memory) {
        kept = new KeptSends(memory);
    }

    /** What it has sent and is not in the log. */
    KeptSends kept() {
        return kept;
    }

    /** The part of it that is in the log; null as long as it is small. */
    @Nullable
    LoggedPart logged() {
        return logged;
    }

    /** From now on its work is logged as it comes; {@code rest} is what no log keeps. */
    void isLarge(LoggedPart part, KeptSends rest) {
        logged = part;
        kept = rest;
    }

    void acknowledged(Consumer consumer, long tag) {
        of(consumer).add(tag);
        ackCount++;
    }

    private HeldTags of(Consumer consumer) {
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i).consumer() == consumer) {
                return held.get(i);
            }
        }
        HeldTags first = new HeldTags(consumer);
        held.add(first);
        return first;
    }

    /** What it has acknowledged. */
    List<HeldTags> held() {
        return held;
    }

    /** How many messages it has acknowledged. */
    int ackCount() {
        return ackCount;
    }

    /** Bytes of its sends. */
    long bytes() {
        return kept.bytes() + (logged == null ? 0 : logged.bytes());
    }

    /** Its sends and acknowledgements. */
    int size() {
        return kept.count() + (logged == null ? 0 : logged.sends()) + ackCount;
    }

    boolean isRollbackOnly() {
        return isRollbackOnly;
    }

    /** Part of its work was refused without its knowing: it cannot be committed. */
    void rollbackOnly() {
        isRollbackOnly = true;
    }
}
