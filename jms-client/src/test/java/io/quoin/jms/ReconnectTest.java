// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.peer.Link;
import io.quoin.jms.peer.ScriptedServer;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The connection itself over the loss of a link: who it says it is, where it looks for a server, and when it gives up. */
class ReconnectTest extends ReconnectFixture {

    @Test
    void temporaryDestinationsKeepTheirNamesAndAliases() throws Exception {
        open("");
        Session session = connection.createSession();
        TemporaryQueue queue = session.createTemporaryQueue();
        Frame.Destination before = link.next(FrameType.DESTINATION, Frame.Destination.class);
        next = link -> link.forgetful(2);

        reconnect();

        assertThat(link.next(FrameType.DESTINATION, Frame.Destination.class))
                .isEqualTo(before)
                .extracting(Frame.Destination::name)
                .isEqualTo(queue.getQueueName());
    }

    @Test
    void theNextHelloHasTheConnectionIdAndTheClientIdThatWasSet() throws Exception {
        connection = (QuoinConnection) new QuoinConnectionFactory(server.uri() + OPTIONS).createConnection();
        link = server.link();
        Frame.Hello first = link.next(FrameType.HELLO, Frame.Hello.class);
        connection.setClientID("me");

        reconnect();

        Frame.Hello hello = link.next(FrameType.HELLO, Frame.Hello.class);
        assertThat(first.resume()).isFalse();
        assertThat(hello.resume()).isTrue();
        assertThat(hello.connectionId()).isEqualTo(first.connectionId());
        assertThat(hello.clientId()).isEqualTo("me");
    }

    @Test
    void theExceptionListenerIsToldWhenNoServerCouldBeReachedAsOftenAsItMayBeTried() throws Exception {
        open("&maxReconnectAttempts=3");
        Session session = connection.createSession();
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        CompletableFuture<Message> receiving = Background.ask(consumer::receive);
        server.refuse(true);

        link.cut();

        assertThatThrownBy(() -> receiving.get(5, TimeUnit.SECONDS)).hasMessageContaining("3 rounds");
        await().until(() -> told.size() == 1);
        assertThat(told.get(0).getErrorCode()).isEqualTo("QN-1007");
    }

    @Test
    void aClientIdThatAnotherConnectionHasTakenOverEndsTheConnection() throws Exception {
        open("&clientID=me");
        next = link -> link.hold(FrameType.HELLO)
                .watch(seen -> link.error(0, ErrorCode.CLIENT_ID_IN_USE, "Client id me is in use"));

        link.cut();

        await().until(() -> told.size() == 1);
        assertThat(told.get(0).getErrorCode()).isEqualTo("QN-2001");
    }

    @Test
    void allServersOfTheUriAreTriedAtFirstAndAfterALoss() throws Exception {
        try (ScriptedServer other = ScriptedServer.start()) {
            server.refuse(true);
            QuoinConnectionFactory factory = new QuoinConnectionFactory("failover:(" + server.uri() + "," + other.uri()
                    + ")?maxReconnectDelay=20&failover.reconnectDelay=10");
            connection = (QuoinConnection) factory.createConnection();
            Link first = other.link();
            server.refuse(false);
            other.refuse(true);

            first.cut();

            assertThat(server.link().next(FrameType.HELLO, Frame.Hello.class).resume())
                    .isTrue();
        }
    }

    @Test
    void aNewConnectionIsTriedAsOftenAsToldAndThenRefused() {
        server.refuse(true);

        assertThatThrownBy(() -> new QuoinConnectionFactory(
                                server.uri() + "?startupMaxReconnectAttempts=2&reconnectDelay=5")
                        .createConnection())
                .isInstanceOf(JMSException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    /** How far the client has got with the loss is chance: before it has the connection it says so, and later it connects again. */
    @RepeatedTest(50)
    void aLinkThatIsLostRightAfterTheWelcomeIsEitherRefusedOrLookedForAgain() throws Exception {
        next = link -> {
            next = another -> {};
            link.cutAfterWelcome();
        };
        try {
            open("");
        } catch (JMSException e) {
            return;
        }

        link = server.link();
        Session session = connection.createSession();
        producer(session).send(session.createTextMessage("x"));

        link.nextSend();
        assertThat(told).isEmpty();
    }
}
