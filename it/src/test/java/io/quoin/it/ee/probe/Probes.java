// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What applications do with connections, contexts and beans; it runs inside the server that a subclass names.
 *
 * <p>Sections in brackets are those of the Jakarta Messaging 3.1 specification.
 */
@ExtendWith(ArquillianExtension.class)
abstract class Probes {
    /** Where {@code web.xml} puts the connection factory, under the same name in every server. */
    static final String FACTORY = "java:comp/env/jms/quoin";

    /** The same where a context is injected: Payara looks for a variant of the name, which only the server has. */
    static final String INJECTED = "jms/quoin";

    private static final long SOON_MS = 10_000;
    private static final long SILENCE_MS = 500;

    private ConnectionFactory factory;
    private UserTransaction transaction;
    private Injected injected;

    private final String id = UUID.randomUUID().toString();
    private final String queue = "probe." + id;

    @BeforeEach
    @SuppressWarnings("BanJNDI") // The names are those of the container's own directory.
    void lookUp() throws NamingException {
        factory = InitialContext.doLookup(FACTORY);
        transaction = InitialContext.doLookup("java:comp/UserTransaction");
        injected = InitialContext.doLookup("java:module/Injected");
    }

    // --- sending and beans

    @Test
    void whatIsSentOutsideATransactionReachesABeanThatRunsInOne() throws Exception {
        send(Recorder.QUEUE, id);

        Recorder.Seen seen = Recorder.next(id, SOON_MS);
        assertThat(seen).isEqualTo(new Recorder.Seen(id, false, 1, Status.STATUS_ACTIVE));
    }

    @Test
    void whatIsSentInAUserTransactionIsDeliveredWhenItCommits() throws Exception {
        transaction.begin();
        send(Recorder.QUEUE, id);
        assertThat(Recorder.next(id, SILENCE_MS)).isNull();
        transaction.commit();

        assertThat(Recorder.next(id, SOON_MS)).isNotNull();
    }

    @Test
    void whatIsSentInAUserTransactionIsGoneWhenItRollsBack() throws Exception {
        transaction.begin();
        send(Recorder.QUEUE, id);
        transaction.rollback();

        assertThat(Recorder.next(id, SILENCE_MS)).isNull();
    }

    @Test
    void aMessageThatABeanRolledBackComesAgainFlagged() throws Exception {
        String text = Recorder.ROLL_BACK_ONCE + id;
        send(Recorder.QUEUE, text);

        assertThat(Recorder.next(text, SOON_MS).redelivered()).isFalse();
        Recorder.Seen again = Recorder.next(text, SOON_MS);
        assertThat(again).isNotNull();
        assertThat(again.redelivered()).isTrue();
        assertThat(again.deliveryCount()).isEqualTo(2);
        assertThat(Recorder.next(text, SILENCE_MS)).isNull();
    }

    @Test
    void rollbacksLeaveNothingBehindInPooledConnections() throws Exception {
        for (int round = 0; round < 20; round++) {
            transaction.begin();
            send(queue, "rolled back");
            transaction.rollback();
            send(queue, "kept " + round);
            injected.sendOutside(queue, "injected " + round);
        }
        for (int round = 0; round < 20; round++) {
            assertThat(receive(queue)).isEqualTo("kept " + round);
            assertThat(receive(queue)).isEqualTo("injected " + round);
        }
        assertThat(receiveWithin(queue, SILENCE_MS)).isNull();
    }

    // --- JMSContext

    @Test
    void aContextOfTheFactoryWorksInATransactionAndWithout() throws Exception {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue(queue), "without");
        }
        transaction.begin();
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue(queue), "within");
        }
        assertThat(outside(() -> receiveWithin(queue, SOON_MS))).isEqualTo("without");
        transaction.commit();
        assertThat(receive(queue)).isEqualTo("within");
    }

    @Test
    void modesOfAContextAreIgnored() {
        for (int mode : List.of(JMSContext.CLIENT_ACKNOWLEDGE, JMSContext.SESSION_TRANSACTED)) {
            try (JMSContext context = factory.createContext(mode)) {
                assertThat(context.getSessionMode())
                        .as("outside a transaction [12.3]")
                        .isEqualTo(JMSContext.AUTO_ACKNOWLEDGE);
                context.createProducer().send(context.createQueue(queue), "sent");
            }
            assertThat(receive(queue)).isEqualTo("sent");
        }
    }

    @Test
    void anInjectedContextWorksInATransactionAndWithout() throws Exception {
        injected.send(queue, "in its own");
        assertThat(receive(queue)).isEqualTo("in its own");

        injected.sendOutside(queue, "in none");
        assertThat(receive(queue)).isEqualTo("in none");

        injected.sendAndRollBack(queue, "rolled back");
        transaction.begin();
        injected.send(queue, "in the caller's");
        transaction.commit();
        assertThat(receive(queue)).isEqualTo("in the caller's");

        injected.sendByBoth(queue, "one", "two");
        assertThat(receive(queue)).isEqualTo("one");
        assertThat(receive(queue)).isEqualTo("two");
    }

    @Test
    void anInjectedContextReceivesInATransaction() {
        send(queue, "a message");
        assertThat(injected.receiveAndRollBack(queue, SOON_MS)).isEqualTo("a message");
        assertThat(injected.receive(queue, SOON_MS)).isEqualTo("a message");
        assertThat(injected.receive(queue, SILENCE_MS)).isNull();
    }

    @Test
    void anInjectedContextRefusesWhatBelongsToTheContainer() {
        List<Consumer<JMSContext>> refused = List.of(
                context -> context.setClientID("id"),
                context -> context.setExceptionListener(e -> {}),
                JMSContext::stop,
                JMSContext::start,
                JMSContext::acknowledge,
                JMSContext::commit,
                JMSContext::rollback,
                JMSContext::recover,
                context -> context.setAutoStart(false),
                JMSContext::close);
        injected.with(context -> {
            for (int i = 0; i < refused.size(); i++) {
                Consumer<JMSContext> call = refused.get(i);
                assertThatThrownBy(() -> call.accept(context))
                        .as("call %d [12.4]", i)
                        .isInstanceOf(IllegalStateRuntimeException.class);
            }
        });
    }

    // --- connections and sessions

    @Test
    void createSessionWithoutArgumentsWorks() throws Exception {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            session.createProducer(session.createQueue(queue)).send(session.createTextMessage("plain"));
        }
        assertThat(receive(queue)).isEqualTo("plain");
    }

    @Test
    void outsideATransactionSessionsAcknowledgeByThemselves() throws Exception {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
            assertThat(session.getTransacted()).as("[12.3]").isFalse();
            session.close();
            assertThat(connection
                            .createSession(false, Session.CLIENT_ACKNOWLEDGE)
                            .getAcknowledgeMode())
                    .as("[12.3]")
                    .isEqualTo(Session.AUTO_ACKNOWLEDGE);
        }
    }

    @Test
    void aSessionJoinsTheTransactionThatIsBegunAfterIt() throws Exception {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            MessageProducer producer = session.createProducer(session.createQueue(queue));
            transaction.begin();
            producer.send(session.createTextMessage("rolled back"));
            transaction.rollback();
            transaction.begin();
            producer.send(session.createTextMessage("committed"));
            transaction.commit();
            producer.send(session.createTextMessage("by itself"));
        }
        assertThat(receive(queue)).isEqualTo("committed");
        assertThat(receive(queue)).isEqualTo("by itself");
    }

    @Test
    void aConnectionHasOneSessionAtATime() throws Exception {
        try (Connection connection = factory.createConnection()) {
            Session first = connection.createSession();
            assertThatThrownBy(connection::createSession).as("[12.2]").isInstanceOf(JMSException.class);
            first.close();
            connection.createSession().close();
        }
        try (JMSContext context = factory.createContext()) {
            assertThatThrownBy(() -> context.createContext(JMSContext.AUTO_ACKNOWLEDGE))
                    .as("[12.2]")
                    .isInstanceOf(JMSRuntimeException.class);
        }
    }

    @Test
    void twoConnectionsInOneTransactionHaveASessionEach() throws Exception {
        transaction.begin();
        try (Connection one = factory.createConnection();
                Connection two = factory.createConnection()) {
            for (Connection connection : List.of(one, two)) {
                Session session = connection.createSession();
                session.createProducer(session.createQueue(queue)).send(session.createTextMessage("of each"));
            }
        }
        transaction.commit();
        assertThat(receive(queue)).isEqualTo("of each");
        assertThat(receive(queue)).isEqualTo("of each");
    }

    @Test
    void aHandleThatIsClosedInATransactionEndsNothingOfIt() throws Exception {
        transaction.begin();
        send(queue, "one");
        send(queue, "two");
        assertThat(outside(() -> receiveWithin(queue, SILENCE_MS))).isNull();
        transaction.commit();
        assertThat(receive(queue)).isEqualTo("one");
        assertThat(receive(queue)).isEqualTo("two");
    }

    @Test
    void connectionsRefuseWhatTheSpecificationForbids() throws Exception {
        try (Connection connection = factory.createConnection()) {
            Session session = connection.createSession();
            Queue destination = session.createQueue(queue);
            MessageConsumer consumer = session.createConsumer(destination);
            MessageProducer producer = session.createProducer(destination);
            TextMessage message = session.createTextMessage("never sent");
            List<ThrowingCallable> forbidden = List.of(
                    () -> connection.setClientID("id"),
                    () -> connection.setExceptionListener(e -> {}),
                    connection::stop,
                    () -> connection.createConnectionConsumer(destination, null, null, 1),
                    () -> session.setMessageListener(m -> {}),
                    session::getMessageListener,
                    () -> consumer.setMessageListener(m -> {}),
                    consumer::getMessageListener,
                    () -> producer.send(message, new Ignoring()));
            for (int i = 0; i < forbidden.size(); i++) {
                assertThatThrownBy(forbidden.get(i)).as("call %d [12.2]", i).isInstanceOf(JMSException.class);
            }
        }
    }

    @Test
    void contextsRefuseWhatTheSpecificationForbids() {
        try (JMSContext context = factory.createContext()) {
            JMSConsumer consumer = context.createConsumer(context.createQueue(queue));
            List<ThrowingCallable> forbidden = List.of(
                    () -> context.setClientID("id"),
                    () -> context.setExceptionListener(e -> {}),
                    context::stop,
                    () -> consumer.setMessageListener(m -> {}),
                    consumer::getMessageListener,
                    () -> context.createProducer().setAsync(new Ignoring()));
            for (int i = 0; i < forbidden.size(); i++) {
                assertThatThrownBy(forbidden.get(i)).as("call %d [12.2]", i).isInstanceOf(JMSRuntimeException.class);
            }
        }
    }

    // --- what the probes share

    private void send(String to, String text) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue(to), text);
        }
    }

    private String receive(String from) {
        return receiveWithin(from, SOON_MS);
    }

    private String receiveWithin(String from, long withinMs) {
        try (JMSContext context = factory.createContext()) {
            return context.createConsumer(context.createQueue(from)).receiveBody(String.class, withinMs);
        }
    }

    /** Calls this in a thread that is in no transaction. */
    private static <T> T outside(Supplier<T> action) throws Exception {
        AtomicReference<T> result = new AtomicReference<>();
        Thread thread = new Thread(() -> result.set(action.get()), "outside");
        thread.start();
        thread.join(SOON_MS + SILENCE_MS);
        return result.get();
    }

    /** Never called: a send with it is refused. */
    private static final class Ignoring implements CompletionListener {
        @Override
        public void onCompletion(Message message) {}

        @Override
        public void onException(Message message, Exception exception) {}
    }
}
