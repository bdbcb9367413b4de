// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.Murmur3;
import io.quoin.server.model.Annotations;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which group a message is in: that of its {@code JMSXGroupID}, or where the destination has the option {@code groupKey} that
 * of the property which the option names. The server tells consumers of the latter as of a {@code JMSXGroupID}.
 *
 * <p>Thread: confined to its user.
 */
final class Grouping {

    /** Bytes that the annotation of a group takes at most. */
    private static final int BYTES_MAX = 1_200;

    /** A longer value of the property is named by its hash. */
    private static final int LENGTH_MAX = 255;

    private byte[] annotations = {};
    private boolean isGrouped;
    private int hash;

    /** Looks at a message that {@code c} sends to {@code destination}. */
    void look(Destination destination, ClientConnection c, MessageView message) {
        String key = destination.options().groupKey();
        annotations = c.annotations();
        if (key.isEmpty()) {
            isGrouped = message.isGrouped();
            hash = message.groupHash();
            return;
        }
        int at = message.property(key.getBytes(StandardCharsets.UTF_8));
        Object value = at < 0 ? null : message.value(at);
        isGrouped = value != null;
        hash = 0;
        if (value != null) {
            String text = value instanceof byte[] bytes ? Integer.toHexString(Murmur3.hash(bytes)) : value.toString();
            String group = text.length() > LENGTH_MAX ? Integer.toHexString(hashOf(text)) : text;
            hash = hashOf(group);
            Map<String, String> all =
                    annotations.length == 0 ? new LinkedHashMap<>() : Annotations.read(ByteBuffer.wrap(annotations));
            all.put(Annotations.GROUP_ID, group);
            annotations = Annotations.encode(all);
        }
    }

    /** Bytes that are added to the annotations of a message to that destination at most. */
    static int bytesMax(@Nullable Destination destination) {
        return destination == null || destination.options().groupKey().isEmpty() ? 0 : BYTES_MAX;
    }

    private static int hashOf(String text) {
        return Murmur3.hash(text.getBytes(StandardCharsets.UTF_8));
    }

    boolean isGrouped() {
        return isGrouped;
    }

    /** Of the group's id; 0 without a group. */
    int hash() {
        return hash;
    }

    /** What the server adds to the message. */
    byte[] annotations() {
        return annotations;
    }
}
