// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Send;
import io.quoin.jms.channel.failover.Resumption;
import io.quoin.jms.channel.failover.Successor;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a connection as the channel sees them: what the server sends goes to them, and they are put together again
 * when there is a new link.
 *
 * <p>Thread: the reader, which must not be blocked; for the resumption, the thread that connects again.
 */
final class ConnectionResumption implements Resumption {

    private final Map<Integer, SessionCore> sessions;
    private final long timeoutMs;
    private final Consumer<JMSException> onLost;

    // Of the latest link.
    private final Set<Integer> openedAnew = new HashSet<>();
    private Successor server = Successor.SAME;

    /**
     * Over the sessions that the connection has.
     *
     * @param timeoutMs for each answer
     * @param onLost told when nothing can be mended, after the sessions
     */
    ConnectionResumption(Map<Integer, SessionCore> sessions, long timeoutMs, Consumer<JMSException> onLost) {
        this.sessions = sessions;
        this.timeoutMs = timeoutMs;
        this.onLost = onLost;
    }

    private @Nullable SessionCore session(int number) {
        return sessions.get(number);
    }

    // --- What the server tells

    @Override
    public void onDelivery(int session, Delivery delivery) {
        SessionCore core = session(session);
        if (core != null) {
            core.inbox().onDelivery(delivery);
        }
    }

    @Override
    public void onBrowsed(int session, Delivery delivery) {
        SessionCore core = session(session);
        if (core != null) {
            core.browsers().onBrowsed(delivery);
        }
    }

    @Override
    public void onRecall(int session, int consumer, int slot) {
        SessionCore core = session(session);
        if (core != null) {
            core.onRecall(consumer, slot);
        }
    }

    @Override
    public void onSlot(int session, int consumer, int slot, boolean assigned) {
        SessionCore core = session(session);
        if (core != null) {
            core.consumers().onSlot(consumer, slot, assigned);
        }
    }

    @Override
    public void onPermit(int session, int consumer, long upTo) {
        SessionCore core = session(session);
        if (core != null) {
            core.inbox().onPermit(consumer, upTo);
        }
    }

    @Override
    public void onConsumerLost(int session, int consumer, JMSException why) {
        SessionCore core = session(session);
        if (core != null) {
            core.consumers().onLost(consumer, why);
        }
    }

    @Override
    public void onLost(JMSException why) {
        sessions.values().forEach(session -> session.onLost(why));
        onLost.accept(why);
    }

    // --- From link to link

    @Override
    public void suspend() {
        sessions.values().forEach(session -> session.inbox().suspend());
    }

    @Override
    public void resume(Channel channel, boolean resumed, Successor successor) throws JMSException {
        server = successor;
        openedAnew.clear();
        List<SessionResumption> all = new ArrayList<>();
        for (SessionCore session : inOrder()) {
            SessionResumption one = new SessionResumption(session, channel, successor, timeoutMs);
            all.add(one);
            one.begin(resumed);
        }
        for (SessionResumption one : all) {
            one.resumed();
        }
        for (SessionResumption one : all) {
            one.reclaim();
        }
        for (SessionResumption one : all) {
            one.acknowledge();
            if (one.hasOpenedAnew()) {
                openedAnew.add(one.session().number());
            }
        }
        if (!resumed) {
            channel.post(0, new Frame.Restored(), Flush.LATER);
        }
    }

    private List<SessionCore> inOrder() {
        return sessions.values().stream()
                .sorted(Comparator.comparingInt(SessionCore::number))
                .toList();
    }

    @Override
    public boolean isRepeated(Send send) {
        if (!sessions.containsKey(send.session())) {
            return false; // It was closed, which is answered after its sends.
        }
        if ((send.flags() & FrameFlags.SEND_TRANSACTED) != 0) {
            return !openedAnew.contains(send.session());
        }
        boolean persistent = (send.flags() & FrameFlags.SEND_PERSISTENT) != 0
                && !send.route().destination().kind().isTemporary();
        return server == Successor.SAME || persistent;
    }

    @Override
    public void flow() throws JMSException {
        for (SessionCore session : inOrder()) {
            session.flow();
        }
    }
}
