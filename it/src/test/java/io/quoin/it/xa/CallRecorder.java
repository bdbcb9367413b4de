// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import io.quoin.it.xa.RecordedCalls.Call;
import io.quoin.it.xa.RecordedCalls.Line;
import io.quoin.it.xa.RecordedCalls.Step;
import io.quoin.it.xa.RecordedCalls.Work;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.XAJMSContext;
import jakarta.transaction.RollbackException;
import jakarta.transaction.TransactionManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Plays a {@link Scene} under a transaction manager and notes what is called. It needs nothing but the client, so that an
 * application in an application server can use it too.
 *
 * <p>Thread: one, that of the transactions; resources are called by any.
 */
public final class CallRecorder implements AutoCloseable {

    private static final int MESSAGES = 5;
    private static final long SOON_MS = 10_000;

    private final TransactionManager manager;
    private final String url;
    private final String queue;
    private final List<Line> lines = Collections.synchronizedList(new ArrayList<>());
    private final Map<ByteBuffer, String> branches = new HashMap<>();
    private final Map<String, Session> sessions = new HashMap<>();
    private final Other other = new Other();

    private CallRecorder(TransactionManager manager, String url, String queue) {
        this.manager = manager;
        this.url = url;
        this.queue = queue;
    }

    /** Plays all scenes; returns their texts, the files' contents, by the files' names. */
    public static Map<String, String> recordAll(TransactionManager manager, String url, String recordedWith)
            throws Exception {
        Map<String, String> texts = new java.util.TreeMap<>();
        for (Scene scene : Scene.values()) {
            try (CallRecorder recorder = new CallRecorder(manager, url, "calls." + scene + ".")) {
                scene.play(recorder);
                texts.put(
                        scene.fileName(),
                        "# " + scene.about() + "\n# Recorded with " + recordedWith + "\n"
                                + new RecordedCalls(List.copyOf(recorder.lines)));
            }
        }
        return texts;
    }

    /** A session of a connection of its own. */
    private final class Session {

        private final String name;
        private final XAJMSContext context;
        private final JMSConsumer consumer;
        private final XAResource resource;

        Session(String name) {
            this.name = name;
            try (JMSContext filling = new QuoinXAConnectionFactory(url).createContext()) {
                for (int i = 0; i < MESSAGES; i++) {
                    filling.createProducer().send(filling.createQueue(queue + name), "message " + i);
                }
            }
            context = new QuoinXAConnectionFactory(url).createXAContext();
            consumer = context.createConsumer(context.createQueue(queue + name));
            resource = watched(name, context.getXAResource());
        }

        void work() {
            if (consumer.receive(SOON_MS) == null) {
                throw new IllegalStateException("no message for " + name);
            }
            lines.add(new Step(name, Work.RECEIVES));
            context.createProducer().send(context.createQueue(queue + "out"), "from " + name);
            lines.add(new Step(name, Work.SENDS));
        }
    }

    private XAResource watched(String name, XAResource resource) {
        return new WatchedResource(resource, new WatchedResource.Watch() {
            @Override
            public void after(WatchedResource.Method method, Xid xid, int flags, int answer) {
                lines.add(new Call(name, method, branch(xid), flags, answer));
            }
        });
    }

    private synchronized String branch(Xid xid) {
        byte[] global = xid.getGlobalTransactionId();
        byte[] branch = xid.getBranchQualifier();
        ByteBuffer both = ByteBuffer.allocate(global.length + branch.length)
                .put(global)
                .put(branch)
                .flip();
        return branches.computeIfAbsent(both, key -> "x" + (branches.size() + 1));
    }

    private Session session(String name) {
        return sessions.computeIfAbsent(name, Session::new);
    }

    // --- what scenes do

    TransactionManager manager() {
        return manager;
    }

    void begin() throws Exception {
        manager.begin();
    }

    private XAResource resource(String name) {
        return name.equals(RecordedCalls.OTHER) ? other.watched : session(name).resource;
    }

    void enlist(String name) throws Exception {
        manager.getTransaction().enlistResource(resource(name));
    }

    void delist(String name, int flags) throws Exception {
        manager.getTransaction().delistResource(resource(name), flags);
    }

    void work(String name) {
        session(name).work();
    }

    void close(String name) {
        session(name).context.close();
        lines.add(new Step(name, Work.CLOSES));
    }

    void refuseOther() {
        other.refuses = true;
    }

    void commit() throws Exception {
        try {
            manager.commit();
        } catch (RollbackException e) {
            // The calls say so.
        }
    }

    void rollback() throws Exception {
        manager.rollback();
    }

    @Override
    public void close() {
        sessions.values().forEach(session -> session.context.close());
    }

    /** A resource of another kind, which does nothing. */
    private final class Other implements XAResource {

        private final XAResource watched = watched(RecordedCalls.OTHER, this);
        private volatile boolean refuses;

        @Override
        public int prepare(Xid xid) throws XAException {
            if (refuses) {
                throw new XAException(XAException.XA_RBROLLBACK);
            }
            return XA_OK;
        }

        @Override
        public boolean isSameRM(XAResource that) {
            return this == that;
        }

        @Override
        public Xid[] recover(int flags) {
            return new Xid[0];
        }

        @Override
        public int getTransactionTimeout() {
            return 0;
        }

        @Override
        public boolean setTransactionTimeout(int seconds) {
            return false;
        }

        @Override
        public void start(Xid xid, int flags) {}

        @Override
        public void end(Xid xid, int flags) {}

        @Override
        public void commit(Xid xid, boolean onePhase) {}

        @Override
        public void rollback(Xid xid) {}

        @Override
        public void forget(Xid xid) {}
    }
}
