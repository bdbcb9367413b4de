// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * Where the bytes of messages are, by their position: positive positions are in the journal, negative ones in the volatile
 * log. The index never looks into a body; it only has to know whether one can be sent now, and who still refers to it.
 *
 * <p>Thread: called by the owner of the core only.
 */
public interface Bodies {

    /**
     * Whether the message can be read from memory now. If not, a read has been started, the queue that asked waits until
     * {@link MessageQueue#bodiesArrived()}, and others go on.
     *
     * @param position where the message's record is
     * @param length bytes of the message
     */
    boolean ready(long position, int length);

    /** One more reference to these bytes: a queue or subscription took the message in. */
    void live(long position, int length);

    /** One reference less: the message was acknowledged, expired, moved or purged. */
    void dead(long position, int length);
}
