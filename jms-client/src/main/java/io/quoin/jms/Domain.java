// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;

/** Which of the two old messaging domains an object belongs to, if it was made through their interfaces. */
enum Domain {
    BOTH,
    QUEUES,
    TOPICS;

    /** Refuses what only topics have (Messaging 3.1 §10.3). */
    void checkTopics(String method) throws JMSException {
        if (this == QUEUES) {
            throw JmsErrors.of(ErrorCode.WRONG_DOMAIN, method + " was called on a QueueSession or QueueConnection");
        }
    }

    /** Refuses what only queues have. */
    void checkQueues(String method) throws JMSException {
        if (this == TOPICS) {
            throw JmsErrors.of(ErrorCode.WRONG_DOMAIN, method + " was called on a TopicSession or TopicConnection");
        }
    }
}
