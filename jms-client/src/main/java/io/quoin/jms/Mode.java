// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

/** How a session acknowledges, here and on the wire. */
enum Mode {
    TRANSACTED(Session.SESSION_TRANSACTED, AcknowledgeMode.TRANSACTED),
    AUTO(Session.AUTO_ACKNOWLEDGE, AcknowledgeMode.AUTO),
    CLIENT(Session.CLIENT_ACKNOWLEDGE, AcknowledgeMode.CLIENT),
    DUPS_OK(Session.DUPS_OK_ACKNOWLEDGE, AcknowledgeMode.DUPS_OK),
    INDIVIDUAL(QuoinSession.INDIVIDUAL_ACKNOWLEDGE, AcknowledgeMode.INDIVIDUAL),
    /** Of a session that takes part in distributed transactions; between them it acknowledges automatically. */
    XA(Session.SESSION_TRANSACTED, AcknowledgeMode.XA);

    private final int jmsMode;
    private final AcknowledgeMode wireMode;

    Mode(int jmsMode, AcknowledgeMode wireMode) {
        this.jmsMode = jmsMode;
        this.wireMode = wireMode;
    }

    /** The mode with that number in the API. */
    static Mode of(int jmsMode) throws JMSException {
        for (Mode mode : values()) {
            if (mode.jmsMode == jmsMode) {
                return mode;
            }
        }
        throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "There is no acknowledge mode " + jmsMode);
    }

    int jmsMode() {
        return jmsMode;
    }

    AcknowledgeMode wireMode() {
        return wireMode;
    }

    boolean isTransacted() {
        return this == TRANSACTED;
    }

    /** Whether a message is acknowledged by being received, or by its listener's return. */
    boolean isAutomatic() {
        return this == AUTO || this == DUPS_OK;
    }

    /** Whether the application says of which messages it has taken responsibility. */
    boolean isAcknowledgedExplicitly() {
        return this == CLIENT || this == INDIVIDUAL;
    }
}
