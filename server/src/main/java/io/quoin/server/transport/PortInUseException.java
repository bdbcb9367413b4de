// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import java.net.InetAddress;

/** A port could not be opened. */
public final class PortInUseException extends Exception {

    private static final long serialVersionUID = 1L;

    PortInUseException(InetAddress address, int port, Throwable cause) {
        super("Port " + port + " of " + address.getHostAddress() + " cannot be opened: " + cause.getMessage(), cause);
    }
}
