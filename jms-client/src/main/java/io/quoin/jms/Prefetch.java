// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.AckRanges;
import io.quoin.jms.channel.Delivery;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived for one consumer and was not handed out yet, and what was handed out and is not decided; how much the server
 * may send ahead is its {@link CreditWindow}.
 *
 * <p>Thread: under the lock of its session's {@link Inbox}.
 *
 * <p>Invariant: tags up to {@code handedOut} were seen by the application or dropped; those above, up to {@code received},
 * are waiting here, or went back, which all of those up to {@code gone} did.
 */
final class Prefetch {

    private final int consumer;
    private final boolean keepsHeld;
    private final Backlog waiting;
    private final CreditWindow credit;
    private final Permits permits = new Permits();
    private long handedOut;
    /** The value of {@code handedOut} that the server knows. */
    private long toldHandedOut;
    /** The highest tag that went back to the server with all before it, or was stale when it came. */
    private long gone;

    /** Whether the application waits for a message of this consumer. */
    private boolean wanted;

    private boolean closed;
    /** Whether the server knows the consumer. */
    private boolean open;

    private int source;
    private int groupSlots = 1;
    private long bootNumber;

    /** Handed out, and the application or a commit decides. */
    private AckRanges undecided = new AckRanges();
    /** Consumed, and the server has not been told. */
    private AckRanges consumed = new AckRanges();
    /** Handed out, and the server has not confirmed what became of it. */
    private final Held held = new Held();
    /** Handed out before the server had forgotten the session, and somebody else's since. */
    private final AckRanges refused = new AckRanges();
    /** What the application has acknowledged and the server may know of. */
    private final AckRanges told = new AckRanges();

    /**
     * A consumer without credit.
     *
     * @param windowMessages 0 if every receive asks for its message
     * @param keepsHeld whether what was handed out can be reclaimed from a server that has forgotten the session
     */
    Prefetch(int consumer, long windowMessages, long windowBytes, boolean keepsHeld, Backlog waiting) {
        this.keepsHeld = keepsHeld;
        this.consumer = consumer;
        this.waiting = waiting;
        this.credit = new CreditWindow(windowMessages, windowBytes, waiting);
    }

    int consumer() {
        return consumer;
    }

    /** Nothing more is taken; what was handed out is still to be decided. */
    void close() {
        closed = true;
        dropWaiting();
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether nothing of it is of interest any more. */
    boolean isForgettable() {
        return closed && !open && isDecided();
    }

    /** Whether the server knows what became of everything that was handed out. */
    boolean isDecided() {
        return undecided.isEmpty() && consumed.isEmpty() && held.isEmpty();
    }

    // --- What the server knows

    /** The server has opened the consumer. */
    void opened(Result.Opened answer, long ofBoot) {
        open = true;
        permits.opened(answer.strictWindow());
        source = answer.source();
        groupSlots = answer.groupSlots();
        bootNumber = ofBoot;
    }

    /** Whether the server knows the consumer, or did before the link was lost. */
    boolean isOpen() {
        return open;
    }

    /** The server has closed it, or will never open it. */
    void left() {
        open = false;
    }

    int groupSlots() {
        return groupSlots;
    }

    int source() {
        return source;
    }

    /** Of the server that has opened the consumer. */
    long bootNumber() {
        return bootNumber;
    }

    /** The server goes on with it on a new link; what came above that tag is not this consumer's any more. */
    void resumed(long dropAbove) {
        waiting.dropAbove(dropAbove);
        permits.dropAbove(dropAbove);
        toldHandedOut = 0;
        credit.restart(dropAbove);
    }

    /** It is opened anew on a new link: what was not handed out is stale. */
    void reopening() {
        dropWaiting();
        toldHandedOut = 0;
        credit.restart(received());
    }

    /** It was being opened when the link was lost, and will be once more, from the beginning. */
    void restart() {
        waiting.clear();
        permits.dropAbove(0);
        gone = 0;
        toldHandedOut = 0;
        credit.restart(0);
        if (!asksForEach()) {
            credit.renew();
        }
    }

    /** Everything is in its place on the new link: sets the limits that there would be now. */
    void flow() {
        credit.flow();
    }

    // --- What arrives and is taken

    void add(Delivery delivery) {
        credit.received(delivery.tag(), delivery.sizeBytes());
        waiting.add(delivery);
    }

    /** Counts a delivery that is not wanted any more. */
    void drop(Delivery delivery) {
        credit.received(delivery.tag(), delivery.sizeBytes());
        gone = received();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether something waits that may be handed out to whoever comes. */
    boolean hasTakeable() {
        return waiting.hasTakeable(permits.limit());
    }

    /** Whether something waits and nothing but a permit is missing. */
    boolean awaitsPermit() {
        return permits.isStrict() && !hasTakeable() && waiting.hasTakeable(Long.MAX_VALUE);
    }

    Permits permits() {
        return permits;
    }

    /** The next delivery, which counts as handed out; null if there is none. */
    @Nullable
    Delivery take() {
        return take(null);
    }

    /** The next delivery that {@code taker} may have, which counts as handed out; null if there is none. */
    @Nullable
    Delivery take(@Nullable Object taker) {
        Delivery delivery = waiting.poll(taker, permits.limit());
        if (delivery != null) {
            handedOut = Math.max(handedOut, delivery.tag());
            if (keepsHeld) {
                held.add(delivery.tag(), delivery.priority(), delivery.arrival());
            }
        }
        return delivery;
    }

    /** Undoes the last {@link #take}: the application has not seen it after all. */
    void putBack(Delivery delivery) {
        waiting.addFirst(delivery);
        handedOut = delivery.tag() - 1;
        held.remove(delivery.tag(), delivery.tag());
    }

    /** Undoes a {@link #take} by one of several takers. */
    void returnTaken(Delivery delivery) {
        held.remove(delivery.tag(), delivery.tag());
        waiting.addFirst(delivery);
    }

    /** The application begins or ends to wait for a message. */
    void wanted(boolean nowWanted) {
        wanted = nowWanted;
    }

    /** Whether a message that arrives now must go back, since without prefetch nothing waits here unseen. */
    boolean isUnwanted() {
        return asksForEach() && !wanted;
    }

    /** Takes out everything that the application has not seen, which the caller gives back. */
    AckRanges takeUnseen() {
        AckRanges unseen = new AckRanges();
        waiting.forEach(delivery -> unseen.add(delivery.tag()));
        dropWaiting();
        credit.shrink();
        return unseen;
    }

    /** Takes out what the application has not seen of one slot of message groups, which the caller gives back. */
    AckRanges takeUnseen(int slot) {
        return takeUnseen(slot, delivery -> {});
    }

    /** The same, and names each of them. */
    AckRanges takeUnseen(int slot, Consumer<Delivery> each) {
        AckRanges unseen = new AckRanges();
        waiting.removeIf(delivery -> {
            boolean isOf = delivery.isGrouped() && Math.floorMod(delivery.groupHash(), groupSlots) == slot;
            if (isOf) {
                unseen.add(delivery.tag());
                each.accept(delivery);
            }
            return isOf;
        });
        return unseen;
    }

    /** Forgets everything that the application has not seen. */
    void dropWaiting() {
        waiting.clear();
        gone = received();
    }

    /** The lowest tag that the application has not seen and that has not gone back. */
    long firstUnseen() {
        return Math.max(handedOut, gone) + 1;
    }

    long received() {
        return credit.received();
    }

    long handedOut() {
        return handedOut;
    }

    /** The same, to be told to the server now. */
    long tellHandedOut() {
        toldHandedOut = handedOut;
        return handedOut;
    }

    /** Whether the server takes something for unseen that the application has had. */
    boolean isHandedOutUntold() {
        return handedOut > toldHandedOut;
    }

    /** How much the server may send. */
    CreditWindow credit() {
        return credit;
    }

    /** Whether there is no prefetch: every receive asks for its message. */
    boolean asksForEach() {
        return credit.asksForEach();
    }

    // --- Acknowledgement

    /** An acknowledgement of these is about to be written: if they are gone afterwards, it has arrived. */
    void told(AckRanges ranges) {
        if (held.isEmpty()) {
            told.clear();
        }
        for (int i = 0; i < ranges.count(); i++) {
            for (long tag = ranges.first(i); tag <= ranges.last(i); tag++) {
                told.add(tag);
            }
        }
    }

    /** What the application holds, to be had again from a server that has forgotten who has it. */
    List<Frame.Claim> claims(boolean isAcknowledgedExplicitly) {
        List<Frame.Claim> claims = new ArrayList<>();
        for (Frame.Claim one : held.claims()) {
            boolean acknowledged = !isAcknowledgedExplicitly || told.contains(one.tag());
            claims.add(new Frame.Claim(one.tag(), one.priority(), one.arrival(), acknowledged));
        }
        return claims;
    }

    /** The server has refused to let this consumer have those again that the application holds. */
    void refused(List<Long> tags) {
        for (long tag : tags) {
            refused.add(tag);
            held.remove(tag, tag);
        }
    }

    /** Whether the server does not take the application's word for one of these, since it is not this consumer's any more. */
    boolean isRefused(AckRanges of) {
        return !refused.isEmpty() && refused.intersects(of);
    }

    Held held() {
        return held;
    }

    AckRanges undecided() {
        return undecided;
    }

    AckRanges consumed() {
        return consumed;
    }

    /** What was handed out and not decided, which the caller now decides. */
    AckRanges takeUndecided() {
        AckRanges taken = undecided;
        undecided = new AckRanges();
        return taken;
    }

    /** What was consumed and not told, which the caller now tells. */
    AckRanges takeConsumed() {
        AckRanges taken = consumed;
        consumed = new AckRanges();
        return taken;
    }
}
