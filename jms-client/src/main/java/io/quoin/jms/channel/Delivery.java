// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import io.quoin.protocol.codec.NamedValue;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.Murmur3;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    private static final String GROUP_ID = "JMSXGroupID";

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
        return MessageView.isGrouped(message) || groupByServer() != null;
    }

    /** The hash of its group, which stands for the group; 0 without one. */
    public int groupHash() {
        String group = groupByServer();
        return group == null ? MessageView.groupHash(message) : Murmur3.hash(group.getBytes(StandardCharsets.UTF_8));
    }

    /** The group that the server has found by another property; null if it has not. */
    private @Nullable String groupByServer() {
        for (int i = 0; i < annotations.size(); i++) {
            if (annotations.get(i).name().equals(GROUP_ID)) {
                return annotations.get(i).value();
            }
        }
        return null;
    }

    public int sizeBytes() {
        return message.length;
    }
}
