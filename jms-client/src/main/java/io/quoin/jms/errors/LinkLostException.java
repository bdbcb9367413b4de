// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.errors;

import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;

/**
 * The link to the server broke, and another one is being looked for: what was asked may be asked again. No application sees
 * it, except as the cause of something else.
 */
public final class LinkLostException extends JMSException {

    private static final long serialVersionUID = 1L;

    private LinkLostException(String reason, JMSException why) {
        super(reason, ErrorCode.CONNECTION_LOST.code());
        JmsErrors.caused(this, why);
    }

    /** For what waited when the link broke. */
    public static LinkLostException because(JMSException why) {
        return new LinkLostException(String.valueOf(why.getMessage()), why);
    }
}
