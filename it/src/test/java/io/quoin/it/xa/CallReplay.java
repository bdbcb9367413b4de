// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.xa.RecordedCalls.Call;
import io.quoin.it.xa.RecordedCalls.Line;
import io.quoin.it.xa.RecordedCalls.Step;
import io.quoin.it.xa.WatchedResource.Method;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.XAJMSContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Makes recorded calls again, in their order, on a server that knows nothing yet. Each call has to be answered as it was, and
 * at each moment exactly those branches are in doubt that are prepared. At the end the queues hold what the committed
 * branches have left of them.
 */
final class CallReplay implements AutoCloseable {

    private static final int MESSAGES = 5;
    private static final long SOON_MS = 10_000;
    private static final long NEVER_MS = 200;
    private static final String OUT = "out";

    private final RecordedCalls calls;
    private final QuoinXAConnectionFactory factory;
    private final XAJMSContext observer;
    private final Map<String, Session> sessions = new HashMap<>();
    private final Map<String, TestXid> xids = new HashMap<>();
    private final Set<String> prepared = new HashSet<>();
    private final Set<String> committed = new HashSet<>();
    /** What was sent and received, by branch. */
    private final Map<String, List<String>> sent = new HashMap<>();

    private final Map<String, List<String>> received = new HashMap<>();

    CallReplay(RecordedCalls calls, String url) {
        this.calls = calls;
        this.factory = new QuoinXAConnectionFactory(url);
        this.observer = factory.createXAContext();
    }

    /** A session of a connection of its own, with a queue of its own. */
    private final class Session {

        private final String name;
        private final XAJMSContext context = factory.createXAContext();
        private final XAResource resource = context.getXAResource();
        private final JMSConsumer consumer;
        private String branch = "";

        Session(String name) {
            this.name = name;
            for (int i = 0; i < MESSAGES; i++) {
                observer.createProducer().send(observer.createQueue(name), name + i);
            }
            consumer = context.createConsumer(context.createQueue(name));
        }

        void run(Step step) {
            switch (step.work()) {
                case RECEIVES -> {
                    String text = consumer.receiveBody(String.class, SOON_MS);
                    assertThat(text).as("received").isNotNull();
                    received.computeIfAbsent(branch, none -> new ArrayList<>()).add(text);
                }
                case SENDS -> {
                    List<String> texts = sent.computeIfAbsent(branch, none -> new ArrayList<>());
                    String text = name + " in " + branch + ": " + texts.size();
                    context.createProducer().send(context.createQueue(OUT), text);
                    texts.add(text);
                }
                case CLOSES -> context.close();
            }
        }

        /** Makes a call of a transaction manager; returns what it returned, or the code that it threw. */
        int make(Call call) {
            Xid xid = xids.computeIfAbsent(call.branch(), none -> TestXid.next());
            try {
                return switch (call.method()) {
                    case START -> {
                        resource.start(xid, call.flags());
                        branch = call.branch();
                        yield XAResource.XA_OK;
                    }
                    case END -> {
                        resource.end(xid, call.flags());
                        yield XAResource.XA_OK;
                    }
                    case PREPARE -> resource.prepare(xid);
                    case COMMIT, COMMIT_ONE_PHASE -> {
                        resource.commit(xid, call.method() == Method.COMMIT_ONE_PHASE);
                        yield XAResource.XA_OK;
                    }
                    case ROLLBACK -> {
                        resource.rollback(xid);
                        yield XAResource.XA_OK;
                    }
                    case FORGET -> {
                        resource.forget(xid);
                        yield XAResource.XA_OK;
                    }
                };
            } catch (XAException e) {
                return e.errorCode;
            }
        }
    }

    void run() throws XAException {
        for (Line line : calls.lines()) {
            if (line.of().equals(RecordedCalls.OTHER)) {
                continue;
            }
            Session session = sessions.computeIfAbsent(line.of(), Session::new);
            if (line instanceof Step step) {
                session.run(step);
            } else if (line instanceof Call call) {
                Call made = new Call(call.of(), call.method(), call.branch(), call.flags(), session.make(call));
                assertThat(made).hasToString(call.toString());
                note(call);
                assertThat(inDoubt()).as("in doubt after %s", call).containsExactlyInAnyOrderElementsOf(prepared);
            }
        }
        assertThat(prepared).as("in doubt at the end").isEmpty();
    }

    private void note(Call call) {
        if (call.isAnswered(Method.PREPARE)) {
            prepared.add(call.branch());
        } else if (call.isAnswered(Method.COMMIT) || call.isAnswered(Method.COMMIT_ONE_PHASE)) {
            committed.add(call.branch());
            prepared.remove(call.branch());
        } else if (call.isAnswered(Method.ROLLBACK)) {
            prepared.remove(call.branch());
        }
    }

    /** The branches that a transaction manager finds when it recovers. */
    private List<String> inDoubt() throws XAException {
        return Stream.of(observer.getXAResource().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .map(found -> xids.entrySet().stream()
                        .filter(known -> known.getValue().names(found))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse("unknown: " + found))
                .toList();
    }

    /** What is in the queues afterwards. */
    void checkQueues() {
        sessions.values().forEach(session -> session.context.close());
        assertThat(take(OUT)).containsExactlyInAnyOrderElementsOf(of(sent));
        List<String> consumed = of(received);
        for (String name : sessions.keySet()) {
            List<String> left = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                if (!consumed.contains(name + i)) {
                    left.add(name + i);
                }
            }
            assertThat(take(name)).containsExactlyElementsOf(left);
        }
    }

    private List<String> of(Map<String, List<String>> byBranch) {
        return committed.stream()
                .flatMap(branch -> byBranch.getOrDefault(branch, List.of()).stream())
                .toList();
    }

    private List<String> take(String queue) {
        List<String> texts = new ArrayList<>();
        try (JMSContext context = factory.createContext();
                JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
            for (String text = consumer.receiveBody(String.class, NEVER_MS);
                    text != null;
                    text = consumer.receiveBody(String.class, NEVER_MS)) {
                texts.add(text);
            }
        }
        return texts;
    }

    @Override
    public void close() {
        sessions.values().forEach(session -> session.context.close());
        observer.close();
    }
}
