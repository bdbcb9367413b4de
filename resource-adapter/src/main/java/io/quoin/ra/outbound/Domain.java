// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;

/** Whether something is for queues, for topics, or for both: objects of one domain refuse what is of the other. */
enum Domain {
    BOTH,
    QUEUES,
    TOPICS;

    void checkQueues(String method) throws JMSException {
        if (this == TOPICS) {
            throw refused(method);
        }
    }

    void checkTopics(String method) throws JMSException {
        if (this == QUEUES) {
            throw refused(method);
        }
    }

    private JMSException refused(String method) {
        return JmsErrors.of(
                ErrorCode.WRONG_DOMAIN,
                method + " was called on an object that is for " + (this == QUEUES ? "queues" : "topics"));
    }
}
