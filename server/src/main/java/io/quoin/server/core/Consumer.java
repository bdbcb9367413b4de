// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Frame;
import io.quoin.server.core.queue.Digest;
import io.quoin.server.core.queue.MessageFilter;
import io.quoin.server.core.queue.QueueConsumer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of a session. It stays after its close for as long as its session has messages of it.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Consumer {

    private final ClientSession session;
    private final int number;
    private final Source source;
    private final @Nullable MessageFilter filter;
    private final int priority;
    private final boolean isExclusive;
    private final Deliveries deliveries = new Deliveries();
    private QueueConsumer link;
    /** The tag that {@link #link} began after: it counts from 0. */
    private long linkedAfter;

    private long handedOut;
    private final Hands hands = new Hands();
    private long deliveredAtMs;
    private long drainedInVainAtMs = Long.MIN_VALUE;
    /** Whether the client has been asked for what is unseen, and has not answered yet. */
    private boolean isRecalled;

    private long recalledCount;
    private long recallPauseMs;
    private long recallAfterMs;
    private int drainRequest;
    private long limitTag;
    private long limitBytes;
    private boolean isPaused;
    /** Large transactions that are being undone, of which it had messages. */
    private int undoing;

    /** Whether the log may not yet tell that it is there. */
    private boolean isUnforced;

    private boolean isStandby;
    private boolean isAway;
    private long progress;
    private long progressAtMs;
    private boolean isClosed;

    /**
     * @param priority those of a higher priority are served first
     * @param isExclusive whether it wants everything for itself
     */
    Consumer(
            ClientSession session,
            int number,
            Source source,
            @Nullable MessageFilter filter,
            int priority,
            boolean isExclusive) {
        this.session = session;
        this.number = number;
        this.source = source;
        this.filter = filter;
        this.priority = priority;
        this.isExclusive = isExclusive;
        this.link = new QueueConsumer(this, filter, priority, identity());
    }

    ClientSession session() {
        return session;
    }

    /** The client's number for it, unique in the connection. */
    int number() {
        return number;
    }

    Source source() {
        return source;
    }

    /** The consumer as its queue knows it. */
    QueueConsumer link() {
        return link;
    }

    /** Whether its queue takes it, which it may not if it has very many selectors. */
    boolean canAttach() {
        return source.messages().takes(filter);
    }

    /** Lets it receive, with no credit: a new count of bytes begins, and the next tag follows those that are out. */
    void attach() {
        QueueConsumer former = link;
        link = new QueueConsumer(this, filter, priority, identity());
        linkedAfter = deliveries.last();
        limitTag = 0;
        limitBytes = 0;
        isPaused = false;
        if (!isStandby) {
            source.messages().attach(link, former);
        }
    }

    /** The same whenever its client comes back. */
    private long identity() {
        UUID connection = session.connection().id();
        return Digest.mix(
                        connection.getMostSignificantBits() ^ Long.rotateLeft(connection.getLeastSignificantBits(), 1))
                + number;
    }

    /** Whether it was delivered anything since it was attached. */
    boolean hasDelivered() {
        return link.deliveredMessages() > 0;
    }

    /** The next tag follows those that are out now. */
    void continued() {
        linkedAfter = deliveries.last();
    }

    /** What is out stays out. */
    void detach() {
        source.messages().detach(link);
    }

    /** Sets the highest tag, and the bytes since it was attached, up to which it may receive. */
    void credit(long newLimitTag, long newLimitBytes) {
        limitTag = newLimitTag;
        limitBytes = newLimitBytes;
        isAway = false;
        grant();
    }

    /** Keeps its credit, but gives it nothing for now, or goes on. */
    void paused(boolean nowPaused) {
        isPaused = nowPaused;
        grant();
    }

    boolean isPaused() {
        return isPaused;
    }

    /** Lets it wait while another consumer is served, or serves it with the credit that it has; see {@link Exclusivity}. */
    void standby(boolean nowStandby) {
        isStandby = nowStandby;
        if (nowStandby) {
            detach();
        } else if (!session.isSuspended()) {
            source.messages().attach(link);
            grant();
        }
    }

    /** Whether it waits while another one is served. */
    boolean isStandby() {
        return isStandby;
    }

    int priority() {
        return priority;
    }

    /** Whether it wants everything for itself. */
    boolean isExclusive() {
        return isExclusive;
    }

    /** Messages are on their way back that it is to get before any other: it gets nothing until as many have come. */
    void beginUndo() {
        undoing++;
        grant();
    }

    void endUndo() {
        undoing--;
        grant();
    }

    /** Gives it nothing for now, or goes on; see {@link UnforcedConsumers}. */
    void unforced(boolean nowUnforced) {
        isUnforced = nowUnforced;
        grant();
    }

    /** Whether it gets nothing before the log is durable. */
    boolean isUnforced() {
        return isUnforced;
    }

    private void grant() {
        boolean waits = isPaused || isUnforced || undoing > 0;
        long limitMessages = waits ? link.deliveredMessages() : Math.max(0, limitTag - linkedAfter);
        source.messages().credit(link, limitMessages, limitBytes);
    }

    Deliveries deliveries() {
        return deliveries;
    }

    /** The highest tag that the client has given to its application. */
    long handedOut() {
        return handedOut;
    }

    /** The client says how far it has handed out; what is older than what is known is ignored. */
    void handedOut(long tag) {
        handedOut = Math.max(handedOut, Math.min(tag, deliveries.last()));
    }

    /** The redelivered messages that were named before they were given to the application. */
    Hands hands() {
        return hands;
    }

    /** Whether something is out that the client has not given to its application, as far as it has said. */
    boolean hasUnseen() {
        long first = Math.max(handedOut + 1, deliveries.first());
        for (long tag = deliveries.last(); tag >= first; tag--) {
            // Not everything above the mark is out: some of it may have been returned.
            if (deliveries.isOut(tag)) {
                return true;
            }
        }
        return false;
    }

    /** When it last got something; on the monotonic clock. */
    long deliveredAtMs() {
        return deliveredAtMs;
    }

    void deliveredAtMs(long atMs) {
        deliveredAtMs = atMs;
    }

    /** When it last asked what there is and there was nothing, on the monotonic clock; the least long for never. */
    long drainedInVainAtMs() {
        return drainedInVainAtMs;
    }

    void drainedInVainAtMs(long atMs) {
        drainedInVainAtMs = atMs;
    }

    /**
     * Asks for everything back that the application has not seen, and withdraws the credit: the client grants some again when
     * its application wants a message.
     */
    void recall() {
        credit(0, 0);
        isAway = true;
        if (!isRecalled) {
            isRecalled = true;
            session.connection().outlet().recall(session.number(), number, Frame.Recall.ALL_SLOTS);
        }
    }

    /** The client has answered, or will not, since the link is lost. */
    void recallAnswered() {
        isRecalled = false;
    }

    /**
     * Whether credit that the client grants is from before it read that its credit was withdrawn. What was sent on it would
     * cross what the client gives back, and be seen before it.
     */
    boolean isCreditVoid() {
        return isRecalled;
    }

    /** Whether it was recalled and has not asked for anything since. */
    boolean isAway() {
        return isAway;
    }

    /** Notes whether it has got on with what it holds since it was last asked. */
    void noteProgress(long nowMs) {
        long now = handedOut + limitTag + deliveries.last() - deliveries.count() + deliveries.held();
        if (now != progress || deliveries.count() == 0) {
            progress = now;
            progressAtMs = nowMs;
        }
    }

    /** When it was last found to have got on, or to have nothing to do. */
    long progressAtMs() {
        return progressAtMs;
    }

    /** How many messages have come back since it was last recalled because a neighbour had nothing to do. */
    long recalledCount() {
        return recalledCount;
    }

    void recalledCount(long count) {
        recalledCount = count;
    }

    /** So many came back; if it was recalled, for that reason. */
    void gaveBack(int count) {
        recalledCount += isRecalled ? count : 0;
    }

    /** It is not recalled before that time, on the monotonic clock; see {@link Recalls}. */
    long recallAfterMs() {
        return recallAfterMs;
    }

    /** How long the last pause was, 0 for none, and when it ends. */
    void recallAfter(long pauseMs, long atMs) {
        recallPauseMs = pauseMs;
        recallAfterMs = atMs;
    }

    long recallPauseMs() {
        return recallPauseMs;
    }

    /** Whether the client can take another message. */
    boolean hasCredit() {
        return deliveries.last() < limitTag && link.deliveredBytes() < limitBytes;
    }

    /** The request that waits for an empty queue or used-up credit; 0 for none. */
    int drainRequest() {
        return drainRequest;
    }

    void drainRequest(int request) {
        drainRequest = request;
    }

    boolean isClosed() {
        return isClosed;
    }

    void closed() {
        isClosed = true;
    }
}
