// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.journal.RecordView;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.model.Refusal;
import java.util.UUID;

/** A broker over a log in memory, driven step by step; it can be stopped, killed and copied. */
final class TestServer {

    static final long START_MS = 1_700_000_000_000L;

    final BrokerOptions options;
    final MemoryLog log;
    final VolatileLog volatileLog = new VolatileLog();
    final MemoryStore store;
    final Broker broker;
    long wallMs;
    private long clientNumber;

    TestServer() {
        this(BrokerOptions.DEFAULT);
    }

    TestServer(BrokerOptions options) {
        this(options, new MemoryLog(), true, START_MS, null);
    }

    private TestServer(BrokerOptions options, MemoryLog log, boolean clean, long wallMs, MemorySnapshot snapshot) {
        this.options = options;
        this.log = log;
        this.store = new MemoryStore(log, volatileLog);
        this.broker = new Broker(options, log, volatileLog, store);
        this.wallMs = wallMs;
        broker.now(wallMs, wallMs * 1_000_000);
        if (snapshot != null) {
            broker.restore(snapshot);
        }
        log.replay(snapshot == null ? 0 : snapshot.position, log.appended(), broker::apply);
        broker.booted(clean);
        flush();
    }

    TestClient client() throws Refusal {
        return client(new UUID(7, ++clientNumber));
    }

    TestClient client(UUID id) throws Refusal {
        return new TestClient(this, id, null, false);
    }

    TestClient client(UUID id, String clientId) throws Refusal {
        return new TestClient(this, id, clientId, false);
    }

    /** What was written is durable now. */
    void flush() {
        broker.durable(log.flush());
    }

    /** Time, disk and dispatch until nothing moves any more. */
    void settle() {
        for (int i = 0; i < 1_000; i++) {
            broker.now(wallMs, wallMs * 1_000_000);
            int work = broker.tick(1_000);
            boolean unforced = broker.hasUnforcedWork();
            flush();
            work += broker.dispatch(1_000);
            if (work == 0 && !unforced && !broker.hasWork()) {
                return;
            }
        }
        throw new IllegalStateException("the broker does not come to rest");
    }

    void pass(long ms) {
        wallMs += ms;
        settle();
    }

    /** The same log in a new process: after a clean stop, or a crash that loses what was not durable. */
    TestServer restarted(boolean clean) {
        return restarted(clean, null);
    }

    /** As above, from a snapshot and the log after it; the snapshot is no younger than what is durable. */
    TestServer restarted(boolean clean, MemorySnapshot snapshot) {
        if (clean) {
            log.flush();
        }
        return new TestServer(options, log.crashed(), clean, wallMs, snapshot);
    }

    /** A broker that has applied the same records and nothing else. */
    Broker copy() {
        return copy(null);
    }

    /** A broker made of a snapshot and the records after it. */
    Broker copy(MemorySnapshot snapshot) {
        VolatileLog nothing = new VolatileLog();
        Broker copy = new Broker(options, new MemoryLog(), nothing, new MemoryStore(log, nothing));
        if (snapshot != null) {
            copy.restore(snapshot);
        }
        log.replay(snapshot == null ? 0 : snapshot.position, log.appended(), copy::apply);
        return copy;
    }

    /** The text of a stored message. */
    String text(long position) {
        try {
            RecordView record = store.record(position);
            return new MessageView()
                    .wrap(record.buffer(), record.payloadAt(), record.payloadLength())
                    .text();
        } catch (io.quoin.protocol.ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }
}
