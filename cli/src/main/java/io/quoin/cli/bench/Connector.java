// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;

/** Opens the connections of a run, to whatever provider, as whatever user. Called by any thread. */
@FunctionalInterface
public interface Connector {

    /** Connections of an {@link jakarta.jms.XAConnectionFactory} where the run has global transactions. */
    Connection connect() throws JMSException;
}
