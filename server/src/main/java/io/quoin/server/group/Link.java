// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The way to one peer, as bytes. The transport implements it over a socket, tests over memory.
 *
 * <p>Thread: the owner's.
 */
public interface Link {

    /** Copies {@code length} bytes of {@code source} from the absolute index {@code offset}; they go with the next flush. */
    void write(ByteBuffer source, int offset, int length);

    /** Sends what was written since the last flush. Never blocks: what the socket does not take is kept. */
    void flush();

    /** Whether the peer reads fast enough that deliveries should be written; answers to requests are written in any case. */
    boolean isWritable();

    /** The peer has shown who it is: limits on strangers no longer hold for it. */
    void opened();

    /** Closes once what was written has been sent, or soon after if the peer does not read. Nothing is written any more. */
    void close();

    /** The peer's address. */
    InetAddress address();

    /** Who the peer is, for people: an address and a port. */
    String peer();
}
