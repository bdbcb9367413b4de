// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.NamedValue;
import io.quoin.protocol.message.MessageView;
import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a received message came from: its bytes, and what the server said of the delivery.
 *
 * <p>Thread: that of its message.
 */
public final class Received {

    /** What a message has that was made here. */
    static final Properties NO_PROPERTIES = new Properties(false);

    private final ByteBuffer bytes;
    private final int consumer;
    private final long tag;
    private final long deliveryCount;
    private final boolean redelivered;
    private final boolean groupFirst;
    private final boolean inDoubt;
    private final List<NamedValue> annotations;
    private final @Nullable String transaction;
    private final @Nullable Acknowledger acknowledger;
    /** When it was given to the application; 0 for a message that was browsed. */
    private final long receivedAtMs;

    private @Nullable MessageView view;
    private @Nullable Properties properties;

    /**
     * A delivery.
     *
     * @param bytes the message, whose checksum was right; never changed
     * @param transaction the transaction that it is received in, or null
     * @param acknowledger null for a message that was browsed
     */
    public Received(
            byte[] bytes,
            int consumer,
            long tag,
            long deliveryCount,
            boolean redelivered,
            boolean groupFirst,
            boolean inDoubt,
            List<NamedValue> annotations,
            @Nullable String transaction,
            @Nullable Acknowledger acknowledger) {
        this.bytes = ByteBuffer.wrap(bytes);
        this.consumer = consumer;
        this.tag = tag;
        this.deliveryCount = deliveryCount;
        this.redelivered = redelivered;
        this.groupFirst = groupFirst;
        this.inDoubt = inDoubt;
        this.annotations = annotations;
        this.transaction = transaction;
        this.acknowledger = acknowledger;
        this.receivedAtMs = acknowledger == null ? 0 : System.currentTimeMillis();
    }

    /** The message, made readable when something of it is first asked for. */
    MessageView view() throws JMSException {
        MessageView made = view;
        if (made == null) {
            try {
                made = new MessageView().wrap(bytes, 0, bytes.limit());
                made.verifyStructure();
            } catch (ProtocolException e) {
                throw JmsErrors.of(e);
            }
            view = made;
        }
        return made;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    boolean redelivered() {
        return redelivered;
    }

    /** What the server says, as properties. */
    Properties annotations() {
        Properties made = properties;
        if (made == null) {
            made = new Properties(false);
            made.setChecked(PropertyNames.DELIVERY_COUNT, (int) Math.min(deliveryCount, Integer.MAX_VALUE));
            if (receivedAtMs != 0) {
                made.setChecked(PropertyNames.RECEIVED_AT, receivedAtMs);
            }
            if (transaction != null) {
                made.setChecked(PropertyNames.CONSUMER_TRANSACTION, transaction);
            }
            if (groupFirst) {
                made.setChecked(PropertyNames.GROUP_FIRST, true);
            }
            if (inDoubt) {
                made.setChecked(PropertyNames.IN_DOUBT, true);
            }
            for (NamedValue annotation : annotations) {
                made.setChecked(annotation.name(), annotation.value());
            }
            properties = made;
        }
        return made;
    }

    void acknowledge() throws JMSException {
        if (acknowledger != null) {
            acknowledger.acknowledge(consumer, tag);
        }
    }
}
