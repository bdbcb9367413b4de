// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.Seen;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which sends are written again, of each kind, to a server that has of the connection what it has. */
class ConnectionResumptionTest extends ReconnectFixture {

    /** What is sent and not answered. */
    private enum Kind {
        PERSISTENT,
        NON_PERSISTENT,
        TEMPORARY,
        TRANSACTED,
        OF_A_CLOSED_SESSION
    }

    /** What the server at the other end of the next link has. */
    private enum Server {
        EVERYTHING(link -> {}, EnumSet.of(Kind.PERSISTENT, Kind.NON_PERSISTENT, Kind.TEMPORARY, Kind.TRANSACTED)),
        FORGOTTEN_THE_CONNECTION(
                link -> link.forgetful(1), EnumSet.of(Kind.PERSISTENT, Kind.NON_PERSISTENT, Kind.TEMPORARY)),
        STARTED_ANEW(link -> link.forgetful(2), EnumSet.of(Kind.PERSISTENT)),
        ANOTHER_LOG(Link::stranger, EnumSet.of(Kind.PERSISTENT));

        private final Consumer<Link> setUp;
        private final Set<Kind> repeated;

        Server(Consumer<Link> setUp, Set<Kind> repeated) {
            this.setUp = setUp;
            this.repeated = repeated;
        }
    }

    /** Nobody is told anything here. */
    private static final CompletionListener NOBODY = new CompletionListener() {
        @Override
        public void onCompletion(Message message) {}

        @Override
        public void onException(Message message, Exception exception) {}
    };

    @ParameterizedTest
    @EnumSource
    void whatTheServerCanHaveLostIsWrittenAgainAndNothingElse(Server next) throws Exception {
        open("");
        Map<Kind, Long> sent = new EnumMap<>(Kind.class);
        Session closed = connection.createSession(true, Session.SESSION_TRANSACTED);
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        Session transacted = connection.createSession(true, Session.SESSION_TRANSACTED);
        Destination temporary = session.createTemporaryQueue();
        Destination queue = session.createQueue("q");
        for (Session of : List.of(closed, session, transacted)) {
            sendFirst(of, queue);
        }
        sendFirst(session, temporary);
        link.hold(FrameType.SEND);
        sent.put(Kind.OF_A_CLOSED_SESSION, send(closed, queue, DeliveryMode.PERSISTENT));
        closed.close();
        sent.put(Kind.PERSISTENT, send(session, queue, DeliveryMode.PERSISTENT));
        sent.put(Kind.NON_PERSISTENT, send(session, queue, DeliveryMode.NON_PERSISTENT));
        sent.put(Kind.TEMPORARY, send(session, temporary, DeliveryMode.PERSISTENT));
        sent.put(Kind.TRANSACTED, send(transacted, queue, DeliveryMode.PERSISTENT));
        this.next = next.setUp;

        reconnect();
        producer(session).send(session.createTextMessage("new"));

        List<Long> repeated = new ArrayList<>();
        Seen.Sent one = link.nextSend();
        while ((one.flags() & FrameFlags.SEND_RESENT) != 0) {
            repeated.add(one.sequence());
            one = link.nextSend();
        }
        assertThat(repeated)
                .containsExactlyElementsOf(
                        next.repeated.stream().map(sent::get).sorted().toList());
        assertThat(one.sequence()).isGreaterThan(sent.get(Kind.TRANSACTED));
    }

    /** The first send of a session to a destination is waited for. */
    private void sendFirst(Session session, Destination to) throws JMSException {
        session.createProducer(to).send(session.createTextMessage("first"));
        link.nextSend();
    }

    /** Sends without waiting, and returns the number under which it was written. */
    private long send(Session session, Destination to, int deliveryMode) throws JMSException {
        MessageProducer producer = session.createProducer(to); // its close would wait for the listener
        producer.setDeliveryMode(deliveryMode);
        if (session.getTransacted()) {
            producer.send(session.createTextMessage("text"));
        } else {
            producer.send(session.createTextMessage("text"), NOBODY);
        }
        return link.nextSend().sequence();
    }
}
