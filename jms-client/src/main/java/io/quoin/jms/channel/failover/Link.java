// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.failover;

import io.quoin.jms.channel.ChannelListener;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.socket.WireChannel;
import jakarta.jms.JMSException;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One link and what its reader tells.
 *
 * <p>Thread: made by the one that connects; the listener's methods are the reader's.
 */
final class Link implements ChannelListener {

    private final Resumption resumption;
    private final BiConsumer<Link, JMSException> onLost;
    private @Nullable WireChannel wire;
    /** Who puts everything together on it; null afterwards. */
    private volatile @Nullable Thread maker = Thread.currentThread();
    /** Its reader has ended, and nobody writes on it any more; under the lock of the {@link Links}. */
    private boolean lost;

    Link(Resumption resumption, BiConsumer<Link, JMSException> onLost) {
        this.resumption = resumption;
        this.onLost = onLost;
    }

    /** It is open. */
    void wire(WireChannel open) {
        wire = open;
    }

    WireChannel wire() {
        return Objects.requireNonNull(wire, "the link is open");
    }

    boolean isLost() {
        return lost;
    }

    void markLost() {
        lost = true;
    }

    /** Everything has been put together on it. */
    void made() {
        maker = null;
    }

    /** Whether the thread that calls may use the link before everybody may: it puts it together, or answers on it. */
    boolean isMadeHere() {
        return Thread.currentThread() == maker || wire().isReader();
    }

    @Override
    public void onDelivery(int session, Delivery delivery) {
        resumption.onDelivery(session, delivery);
    }

    @Override
    public void onBrowsed(int session, Delivery delivery) {
        resumption.onBrowsed(session, delivery);
    }

    @Override
    public void onRecall(int session, int consumer, int slot) {
        resumption.onRecall(session, consumer, slot);
    }

    @Override
    public void onSlot(int session, int consumer, int slot, boolean assigned) {
        resumption.onSlot(session, consumer, slot, assigned);
    }

    @Override
    public void onPermit(int session, int consumer, long upTo) {
        resumption.onPermit(session, consumer, upTo);
    }

    @Override
    public void onConsumerLost(int session, int consumer, JMSException why) {
        resumption.onConsumerLost(session, consumer, why);
    }

    @Override
    public void onLost(JMSException why) {
        onLost.accept(this, why);
    }
}
