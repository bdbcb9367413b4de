// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.protocol.ErrorCode;
import java.nio.ByteBuffer;

/**
 * What is at the near end of a {@link Link}: it is given what the peer sends.
 *
 * <p>Thread: the owner's.
 */
public interface LinkHandler {

    /**
     * Handles all whole frames between two absolute indices of a buffer, in place.
     *
     * @return where the first incomplete frame begins, {@code to} if there is none or nothing more is wanted
     */
    int receive(ByteBuffer bytes, int from, int to);

    /** How many bytes the incomplete frame has that the last {@link #receive} left, as far as is known: at least 4. */
    int wantedBytes();

    /** Ends the connection with an error of its own; the link is closed. */
    void fail(ErrorCode code, String text);

    /** The link has ended. Called once; nothing else is called afterwards. */
    void lost();

    /** The link is writable again. */
    void writable();
}
