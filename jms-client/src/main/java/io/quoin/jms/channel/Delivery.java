// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import io.quoin.protocol.codec.NamedValue;
import io.quoin.protocol.message.MessageView;
import java.util.List;

/**
 * A message that has arrived for a consumer or browser, as bytes whose checksum was right.
 *
 * @param consumer the number of the consumer or browser
 * @param tag of the delivery, counted per consumer from 1; 0 for a browser
 * @param deliveryCount 1 for the first
 * @param inDoubt whether an earlier consumer vanished with it, and nobody has said whether it was consumed
 * @param deadlineNs when it expires by {@link System#nanoTime}; meaningless unless {@code expires}
 * @param arrival the message's number in its queue or subscription; 0 for a browser
 * @param message the whole message, never changed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Delivery(
        int consumer,
        long tag,
        long deliveryCount,
        boolean redelivered,
        boolean groupFirst,
        boolean inDoubt,
        boolean expires,
        long deadlineNs,
        long arrival,
        List<NamedValue> annotations,
        byte[] message) {

    /** Whether it may not be handed out any more. */
    public boolean isExpired() {
        return expires && System.nanoTime() - deadlineNs >= 0;
    }

    /** Of the message, 0 to 9. */
    public int priority() {
        return MessageView.priorityOf(message);
    }

    /** Whether the message has a group. */
    public boolean isGrouped() {
        return MessageView.isGrouped(message);
    }

    /** The hash of its group, which stands for the group; 0 without one. */
    public int groupHash() {
        return MessageView.groupHash(message);
    }

    public int sizeBytes() {
        return message.length;
    }
}
