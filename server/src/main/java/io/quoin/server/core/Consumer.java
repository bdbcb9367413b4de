// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.MessageFilter;
import io.quoin.server.core.queue.QueueConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of a session. It stays after its close for as long as its session has messages of it.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Consumer {

    private final ClientSession session;
    private final int number;
    private final Source source;
    private final QueueConsumer link;
    private final Deliveries deliveries = new Deliveries();
    private long handedOut;
    private long handing;
    private int drainRequest;
    private boolean isClosed;

    Consumer(ClientSession session, int number, Source source, @Nullable MessageFilter filter) {
        this.session = session;
        this.number = number;
        this.source = source;
        this.link = new QueueConsumer(this, filter, 0);
    }

    ClientSession session() {
        return session;
    }

    /** The client's number for it, unique in the connection. */
    int number() {
        return number;
    }

    Source source() {
        return source;
    }

    /** The consumer as its queue knows it. */
    QueueConsumer link() {
        return link;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    /** The highest tag that the client has given to its application. */
    long handedOut() {
        return handedOut;
    }

    /** The client says how far it has handed out; what is older than what is known is ignored. */
    void handedOut(long tag) {
        handedOut = Math.max(handedOut, Math.min(tag, deliveries.last()));
    }

    /** The redelivered message that was last named before it was given to the application; 0 for none. */
    long handing() {
        return handing;
    }

    void handing(long tag) {
        handing = tag;
    }

    /** Whether the client can take another message. */
    boolean hasCredit() {
        return link.deliveredMessages() < link.limitMessages() && link.deliveredBytes() < link.limitBytes();
    }

    /** The request that waits for an empty queue or used-up credit; 0 for none. */
    int drainRequest() {
        return drainRequest;
    }

    void drainRequest(int request) {
        drainRequest = request;
    }

    boolean isClosed() {
        return isClosed;
    }

    void closed() {
        isClosed = true;
    }
}
