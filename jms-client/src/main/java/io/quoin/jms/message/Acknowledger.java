// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import jakarta.jms.JMSException;

/** What a received message knows of its session. */
@FunctionalInterface
public interface Acknowledger {

    /**
     * Does what {@code Message.acknowledge} does in the session's mode.
     *
     * @param consumer the number of the consumer that received the message
     * @param tag the message's delivery tag there
     * @throws JMSException if the session is closed, or the server refuses
     */
    void acknowledge(int consumer, long tag) throws JMSException;
}
