// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Asynchronous sends (Messaging 3.1 §7.3): rules 32 to 35. */
class CompletionIT extends JmsCase {

    @Test
    void rule32CallbacksComeOneAtATimeInOrderAndNotOnTheSendersThread() throws Exception {
        Queue queue = queue();
        Session session = session();
        MessageProducer producer = session.createProducer(queue);
        int count = 50;
        Recorder recorder = new Recorder(count);
        List<Message> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            TextMessage message = session.createTextMessage("" + i);
            producer.setDeliveryMode(i % 3 == 0 ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT);
            producer.send(message, recorder);
            sent.add(message);
        }
        recorder.await();
        assertThat(recorder.completed).isEqualTo(sent);
        assertThat(recorder.failed).isEmpty();
        assertThat(recorder.atATime).hasValue(1);
        assertThat(recorder.threads).doesNotContain(Thread.currentThread());
    }

    @Test
    void rule32TheSimplifiedApiAlike() {
        JMSContext context = context();
        Queue queue = context.createQueue(name("q"));
        Recorder recorder = new Recorder(4);
        JMSProducer producer = context.createProducer().setAsync(recorder);
        assertThat(producer.getAsync()).isSameAs(recorder);
        producer.send(queue, "1").send(queue, "2");
        producer.setProperty("p", 1).send(queue, new byte[] {1}).send(queue, context.createTextMessage("4"));
        recorder.await();
        assertThat(recorder.completed).hasSize(4);
        assertThat(recorder.threads).doesNotContain(Thread.currentThread());
    }

    @Test
    void rule32AnExceptionIsThrownOrToldAndNeverBoth() throws Exception {
        Session session = session();
        TemporaryQueue deleted = session.createTemporaryQueue();
        Session other = session();
        MessageProducer producer = other.createProducer(deleted);
        Recorder recorder = new Recorder(Integer.MAX_VALUE);
        producer.send(other.createTextMessage("while it lives"), recorder);
        deleted.delete();
        int thrown = 0;
        for (int i = 0; i < 5; i++) {
            try {
                producer.send(other.createTextMessage("" + i), recorder);
            } catch (JMSException e) {
                thrown++;
            }
        }
        other.close();
        assertThat(recorder.completed).hasSize(1);
        assertThat(thrown + recorder.failed.size()).isEqualTo(5);
    }

    @Test
    void rule33CloseCommitAndRollbackWaitForAllCallbacks() throws Exception {
        interface End {
            void of(Connection connection, Session session, MessageProducer producer) throws JMSException;
        }
        List<End> ends = List.of(
                (c, s, p) -> p.close(),
                (c, s, p) -> s.close(),
                (c, s, p) -> c.close(),
                (c, s, p) -> s.commit(),
                (c, s, p) -> s.rollback());
        for (int i = 0; i < ends.size(); i++) {
            End end = ends.get(i);
            Connection connection = started();
            Session session = connection.createSession(i < 3 ? Session.AUTO_ACKNOWLEDGE : Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(queue());
            CountDownLatch go = new CountDownLatch(1);
            Recorder recorder = new Recorder(2, go);
            producer.send(session.createTextMessage("1"), recorder);
            producer.send(session.createTextMessage("2"), recorder);
            CompletableFuture<Void> ending = background(() -> {
                end.of(connection, session, producer);
                return null;
            });
            allThrow(TimeoutException.class, () -> ending.get(NEVER_MS, TimeUnit.MILLISECONDS));
            go.countDown();
            ending.get(SOON_MS, TimeUnit.MILLISECONDS);
            assertThat(recorder.completed).hasSize(2);
        }
        JMSContext context = context();
        CountDownLatch go = new CountDownLatch(1);
        Recorder recorder = new Recorder(1, go);
        context.createProducer().setAsync(recorder).send(context.createQueue(name("q")), "x");
        CompletableFuture<Void> closing = background(() -> {
            context.close();
            return null;
        });
        allThrow(TimeoutException.class, () -> closing.get(NEVER_MS, TimeUnit.MILLISECONDS));
        go.countDown();
        closing.get(SOON_MS, TimeUnit.MILLISECONDS);
        assertThat(recorder.completed).hasSize(1);
    }

    @Test
    void rule34ACallbackMayNotCloseCommitOrRollBackWhatWaitsForIt() throws Exception {
        Connection connection = started();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(queue());
        CompletableFuture<Void> tried = new CompletableFuture<>();
        producer.send(
                session.createTextMessage("x"),
                new Trying(
                        tried,
                        () -> illegalState(
                                producer::close,
                                session::close,
                                connection::close,
                                session::commit,
                                session::rollback)));
        tried.get(SOON_MS, TimeUnit.MILLISECONDS);

        JMSContext context = context(JMSContext.SESSION_TRANSACTED);
        CompletableFuture<Void> triedOnContext = new CompletableFuture<>();
        context.createProducer()
                .setAsync(new Trying(
                        triedOnContext, () -> illegalStateRuntime(context::close, context::commit, context::rollback)))
                .send(context.createQueue(name("q")), "x");
        triedOnContext.get(SOON_MS, TimeUnit.MILLISECONDS);
    }

    @Test
    void rule35WhatIsWrongAtOnceIsThrownAtOnce() throws Exception {
        Session session = session();
        Queue queue = queue();
        Recorder recorder = new Recorder(1);
        MessageProducer open = session.createProducer(null);
        MessageProducer fixed = session.createProducer(queue);
        allThrow(InvalidDestinationException.class, () -> open.send(null, session.createMessage(), recorder));
        allThrow(
                MessageFormatException.class, () -> open.send(queue, null, recorder), () -> fixed.send(null, recorder));
        JMSContext context = context();
        allThrow(
                InvalidDestinationRuntimeException.class,
                () -> context.createProducer().setAsync(recorder).send(null, "x"));
        session.close();
        assertThat(recorder.completed).isEmpty();
        assertThat(recorder.failed).isEmpty();
    }

    @Test
    void rule35TheListenerGetsTheSameMessageWithItsHeaders() throws Exception {
        Session session = session();
        Queue queue = queue();
        MessageProducer producer = session.createProducer(queue);
        for (TextMessage message : List.of(
                session.createTextMessage("own"),
                Foreign.message(TextMessage.class, session.createTextMessage("foreign")))) {
            CompletableFuture<Void> checked = new CompletableFuture<>();
            CompletableFuture<Message> told = new CompletableFuture<>();
            producer.send(message, 1, 3, 60_000, new CompletionListener() {
                @Override
                public void onCompletion(Message completed) {
                    told.complete(completed);
                    Trying.attempt(checked, () -> {
                        assertThat(completed.getJMSMessageID()).startsWith("ID:");
                        assertThat(completed.getJMSDestination()).isEqualTo(queue);
                        assertThat(completed.getJMSPriority()).isEqualTo(3);
                        assertThat(completed.getJMSExpiration()).isPositive();
                        assertThat(completed.getJMSTimestamp()).isPositive();
                        assertThat(((TextMessage) completed).getText()).isNotNull();
                    });
                }

                @Override
                public void onException(Message failed, Exception exception) {
                    checked.completeExceptionally(exception);
                }
            });
            checked.get(SOON_MS, TimeUnit.MILLISECONDS);
            assertThat(told.get()).isSameAs(message);
        }
    }

    @Test
    void rule35TheListenerCanReadABytesMessageFromItsBeginning() throws Exception {
        Session session = session();
        MessageProducer producer = session.createProducer(queue());
        BytesMessage own = session.createBytesMessage();
        own.writeInt(42);
        BytesMessage inner = session.createBytesMessage();
        inner.writeInt(42);
        for (BytesMessage message : List.of(own, Foreign.message(BytesMessage.class, inner))) {
            CompletableFuture<Void> checked = new CompletableFuture<>();
            producer.send(
                    message,
                    new Trying(checked, () -> assertThat(message.readInt()).isEqualTo(42)));
            checked.get(SOON_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Remembers what it is told. */
    private static final class Recorder implements CompletionListener {

        private final List<Message> completed = Collections.synchronizedList(new ArrayList<>());
        private final List<Exception> failed = Collections.synchronizedList(new ArrayList<>());
        private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger atATime = new AtomicInteger();
        private final CountDownLatch expected;
        private final CountDownLatch go;

        Recorder(int count) {
            this(count, new CountDownLatch(0));
        }

        Recorder(int count, CountDownLatch go) {
            this.expected = new CountDownLatch(count);
            this.go = go;
        }

        private void call(Runnable work) {
            atATime.accumulateAndGet(running.incrementAndGet(), Math::max);
            threads.add(Thread.currentThread());
            try {
                reached(go);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            work.run();
            running.decrementAndGet();
            expected.countDown();
        }

        @Override
        public void onCompletion(Message message) {
            call(() -> completed.add(message));
        }

        @Override
        public void onException(Message message, Exception exception) {
            call(() -> failed.add(exception));
        }

        void await() {
            try {
                reached(expected);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Tries something in the callback. */
    private record Trying(CompletableFuture<Void> outcome, Action action) implements CompletionListener {

        interface Action {
            void run() throws Exception;
        }

        static void attempt(CompletableFuture<Void> outcome, Action action) {
            try {
                action.run();
                outcome.complete(null);
            } catch (Exception | AssertionError e) {
                outcome.completeExceptionally(e);
            }
        }

        @Override
        public void onCompletion(Message message) {
            attempt(outcome, action);
        }

        @Override
        public void onException(Message message, Exception exception) {
            outcome.completeExceptionally(exception);
        }
    }
}
