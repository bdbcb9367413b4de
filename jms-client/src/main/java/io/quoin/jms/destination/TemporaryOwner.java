// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.destination;

import jakarta.jms.JMSException;

/** What a temporary destination knows of the connection that created it. */
public interface TemporaryOwner {

    /**
     * Deletes the destination on the server.
     *
     * @throws JMSException if it has consumers or the connection is closed
     */
    void deleteTemporary(QuoinDestination destination) throws JMSException;
}
