// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Ends of sockets. */
final class Sockets {

    private static final Logger LOG = System.getLogger(Sockets.class.getName());

    private Sockets() {}

    /** Closes something whose state is of no interest any more. */
    static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "Closing a socket failed", e);
        }
    }
}
