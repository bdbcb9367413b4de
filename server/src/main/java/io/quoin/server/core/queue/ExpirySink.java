// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/** Receives what {@link MessageQueue#expire} finds. Thread: the owner of the core. */
@FunctionalInterface
public interface ExpirySink {

    /**
     * A waiting message has expired. The callee records that, and may call {@link MessageQueue#removed} at once or later; the
     * message is not handed out and not reported again meanwhile.
     *
     * @param priority 0 to 9
     * @param arrival the message's number in its queue; negative for volatile messages
     */
    void expired(int priority, long arrival, boolean isVolatile, long position, int length);
}
