// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;

/**
 * What applications may not do in a web or EJB container (Messaging 3.1 §12.2): what would start threads that the container
 * does not know, and what concerns the connection, which others use before and after.
 *
 * @param areEnforced false for what is no such application, as one that asks for {@code eeRules=false}
 */
record EeRules(boolean areEnforced) {

    /** Refuses a method. */
    void refuse(String method) throws JMSException {
        if (areEnforced) {
            throw JmsErrors.of(ErrorCode.NOT_IN_CONTAINER, method + " was called");
        }
    }

    /** Refuses a second session of one connection. */
    void checkSessions(int open) throws JMSException {
        if (areEnforced && open > 0) {
            throw JmsErrors.of(
                    ErrorCode.SECOND_SESSION, "A session was to be created on a connection that has an open one");
        }
    }
}
