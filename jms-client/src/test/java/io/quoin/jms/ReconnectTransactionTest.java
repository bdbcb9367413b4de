// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.peer.Link;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.TransactionOutcome;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TransactionRolledBackException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Transactions and the loss of a link. */
class ReconnectTransactionTest extends ReconnectFixture {

    private CompletableFuture<Void> commitWithoutAnAnswer(Session session) throws JMSException {
        producer(session).send(session.createTextMessage("x"));
        link.hold(FrameType.COMMIT);
        CompletableFuture<Void> committing = Background.run(session::commit);
        link.next(FrameType.COMMIT);
        return committing;
    }

    @Test
    void aCommitThatWasDoneReturnsThoughItsAnswerWasLost() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);
        next = link -> link.forgetful(2).outcome(TransactionOutcome.COMMITTED);

        reconnect();

        committing.get(5, TimeUnit.SECONDS);
        assertThat(link.types()).contains(FrameType.TX_OUTCOME).doesNotContain(FrameType.COMMIT);
    }

    @Test
    void aCommitThatNeverArrivedIsAskedAgainWhereTheServerHasTheTransactionStill() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);

        reconnect();

        assertThat(link.next(FrameType.COMMIT, Frame.Commit.class).transaction())
                .isEqualTo(1);
        committing.get(5, TimeUnit.SECONDS);
    }

    @Test
    void aCommitOfATransactionThatTheServerHasForgottenIsRolledBackAndTheNextOneIsNot() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);
        next = link -> link.forgetful(2);

        reconnect();

        assertThatThrownBy(() -> committing.get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("QN-3001");
        producer(session).send(session.createTextMessage("y"));
        session.commit();
        assertThat(told).isEmpty();
    }

    @Test
    void aTransactionThatWasOpenWhenTheServerWasStartedAnewIsRolledBackAtItsCommit() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = producer(session);
        producer.send(session.createTextMessage("x"));
        next = link -> link.forgetful(2);

        reconnect();
        producer.send(session.createTextMessage("y"));

        assertThatThrownBy(session::commit).isInstanceOf(TransactionRolledBackException.class);
        link.next(FrameType.ROLLBACK);
        producer.send(session.createTextMessage("z"));
        session.commit();
        link.next(FrameType.COMMIT);
    }

    @Test
    void aCommitThatIsAboutToBeginWhenTheServerTurnsOutToHaveForgottenTheSessionIsRolledBack() throws Exception {
        open("");
        QuoinSession session = (QuoinSession) connection.createSession(Session.SESSION_TRANSACTED);
        producer(session).send(session.createTextMessage("x"));
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        link.deliver(1, nextConsumer(), "a");
        consumer.receive();
        SessionCore core = session.core();
        ReentrantLock lock = core.inbox().lock();
        // It waits for a completion listener, past all checks that take the lock too: the next is to take its work.
        core.completions().expect();
        CompletableFuture<Thread> committer = new CompletableFuture<>();
        CompletableFuture<Void> committing = Background.run(() -> {
            committer.complete(Thread.currentThread());
            session.commit();
        });
        Thread thread = committer.get(5, TimeUnit.SECONDS);
        awaitIn("awaitAll", thread);
        lock.lock();
        try {
            core.completions().cancel();
            await().until(() -> lock.hasQueuedThread(thread));
            core.lost();
        } finally {
            lock.unlock();
        }

        assertThatThrownBy(() -> committing.get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TransactionRolledBackException.class);
        link.next(FrameType.ROLLBACK);
        assertThat(link.types()).doesNotContain(FrameType.COMMIT);
        producer(session).send(session.createTextMessage("y"));
        session.commit();
    }

    @Test
    void aLateAnswerToARollbackSaysNothingOfTheNextOne() throws Exception {
        connection =
                (QuoinConnection) new QuoinConnectionFactory(server.uri() + "?requestTimeout=1000").createConnection();
        connection.start();
        link = server.link();
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(session.createQueue("q"));
        int number = nextConsumer();
        link.deliver(1, number, "a");
        consumer.receive();
        link.hold(FrameType.ROLLBACK);
        assertThatThrownBy(session::rollback).hasMessageContaining(ErrorCode.REQUEST_TIMEOUT.code());
        int first = link.next(FrameType.ROLLBACK, Frame.Rollback.class).request();

        CompletableFuture<Void> again = Background.run(session::rollback);
        int second = link.next(FrameType.ROLLBACK, Frame.Rollback.class).request();
        link.ok(first);
        link.deliver(1, number, "stale");
        link.ok(second);
        link.deliver(1, number, "fresh");

        again.get(5, TimeUnit.SECONDS);
        assertThat(text(consumer.receive())).isEqualTo("fresh");
    }

    @Test
    void aCommitThatWasDoneOverALossLeavesNothingBehindForTheNext() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);
        next = link -> link.forgetful(2).outcome(TransactionOutcome.COMMITTED);

        reconnect();
        committing.get(5, TimeUnit.SECONDS);
        producer(session).send(session.createTextMessage("y"));

        session.commit();
        link.next(FrameType.COMMIT);
    }

    @Test
    void aTransactionWithoutWorkIsNotRolledBackByARestart() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        next = link -> link.forgetful(2);

        reconnect();
        awaitConnected();

        session.commit();
    }

    @Test
    void aCommitThatAnotherServerCannotTellOfIsInDoubt() throws Exception {
        open("");
        Session session = connection.createSession(Session.SESSION_TRANSACTED);
        CompletableFuture<Void> committing = commitWithoutAnAnswer(session);
        next = Link::stranger;

        reconnect();

        assertThatThrownBy(() -> committing.get(5, TimeUnit.SECONDS)).hasMessageContaining("QN-3005");
        producer(session).send(session.createTextMessage("y"));
        session.commit();
    }
}
