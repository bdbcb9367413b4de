// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.errors.Unchecked;
import io.quoin.jms.message.Conversions;
import io.quoin.jms.message.Properties;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The simplified API's producer: what is set here outranks what a message says.
 *
 * <p>Thread: one at a time.
 */
public class QuoinJMSProducer implements JMSProducer {

    private final Sessions sessions;
    private final UnaryOperator<JMSException> failed;
    private final Properties properties;
    private boolean idDisabled;
    private boolean timestampDisabled;
    private int deliveryMode = Message.DEFAULT_DELIVERY_MODE;
    private int priority = Message.DEFAULT_PRIORITY;
    private long timeToLiveMs = Message.DEFAULT_TIME_TO_LIVE;
    private long delayMs = Message.DEFAULT_DELIVERY_DELAY;
    private @Nullable CompletionListener async;
    /** A String or a byte[]. */
    private @Nullable Object correlationId;

    private @Nullable String type;
    private @Nullable Destination replyTo;

    /** The session that a producer sends through. */
    @FunctionalInterface
    protected interface Sessions {

        /**
         * The one of now.
         *
         * @throws JMSException if there is none any more
         */
        QuoinSession current() throws JMSException;
    }

    QuoinJMSProducer(QuoinSession session) {
        this(() -> session, UnaryOperator.identity());
    }

    /**
     * For the resource adapter, whose handles move from one session to another.
     *
     * @param failed sees what a send throws, and says what is thrown in its stead
     * @throws jakarta.jms.JMSRuntimeException if there is no session
     */
    protected QuoinJMSProducer(Sessions sessions, UnaryOperator<JMSException> failed) {
        this.sessions = sessions;
        this.failed = failed;
        this.properties = new Properties(Unchecked.call(sessions::current)
                .connection()
                .settings()
                .messages()
                .strictNames());
    }

    private QuoinSession session() throws JMSException {
        return sessions.current();
    }

    // --- Sending

    @Override
    public JMSProducer send(Destination destination, Message message) {
        Unchecked.run(() -> {
            QuoinSession session = session();
            session.core().checkOpen();
            QuoinDestination to = QuoinDestination.of(destination);
            if (message == null) {
                throw JmsErrors.of(ErrorCode.CONVERSION, "The message to send is null");
            }
            apply(message);
            session.connection().use();
            send(session, to, message);
        });
        return this;
    }

    private void send(QuoinSession through, QuoinDestination to, Message message) throws JMSException {
        Outbox.Options options =
                new Outbox.Options(deliveryMode, priority, timeToLiveMs, delayMs, idDisabled, timestampDisabled);
        try {
            through.core().outbox().send(to, message, options, async);
        } catch (JMSException e) {
            throw failed.apply(e);
        }
    }

    /** Puts onto the message what this producer has been told to. */
    private void apply(Message message) throws JMSException {
        if (correlationId instanceof byte[] bytes) {
            message.setJMSCorrelationIDAsBytes(bytes);
        } else if (correlationId != null) {
            message.setJMSCorrelationID((String) correlationId);
        }
        if (type != null) {
            message.setJMSType(type);
        }
        if (replyTo != null) {
            message.setJMSReplyTo(replyTo);
        }
        for (String name : properties.names()) {
            message.setObjectProperty(name, properties.get(name));
        }
    }

    @Override
    public JMSProducer send(Destination destination, @Nullable String body) {
        return send(destination, Unchecked.call(() -> session().createTextMessage(body)));
    }

    @Override
    public JMSProducer send(Destination destination, @Nullable Map<String, Object> body) {
        return send(destination, Unchecked.call(() -> {
            MapMessage message = session().createMapMessage();
            if (body != null) {
                for (Map.Entry<String, Object> entry : body.entrySet()) {
                    message.setObject(entry.getKey(), entry.getValue());
                }
            }
            return message;
        }));
    }

    @Override
    public JMSProducer send(Destination destination, byte @Nullable [] body) {
        return send(destination, Unchecked.call(() -> {
            BytesMessage message = session().createBytesMessage();
            if (body != null) {
                message.writeBytes(body);
            }
            return message;
        }));
    }

    @Override
    public JMSProducer send(Destination destination, @Nullable Serializable body) {
        return send(destination, Unchecked.<ObjectMessage>call(() -> session().createObjectMessage(body)));
    }

    // --- How messages are sent

    @Override
    public JMSProducer setDisableMessageID(boolean disabled) {
        idDisabled = disabled;
        return this;
    }

    @Override
    public boolean getDisableMessageID() {
        return idDisabled;
    }

    @Override
    public JMSProducer setDisableMessageTimestamp(boolean disabled) {
        timestampDisabled = disabled;
        return this;
    }

    @Override
    public boolean getDisableMessageTimestamp() {
        return timestampDisabled;
    }

    @Override
    public JMSProducer setDeliveryMode(int mode) {
        deliveryMode = Unchecked.call(() -> QuoinMessageProducer.checkedMode(mode));
        return this;
    }

    @Override
    public int getDeliveryMode() {
        return deliveryMode;
    }

    @Override
    public JMSProducer setPriority(int to) {
        priority = Unchecked.call(() -> QuoinMessageProducer.checkedPriority(to));
        return this;
    }

    @Override
    public int getPriority() {
        return priority;
    }

    @Override
    public JMSProducer setTimeToLive(long toMs) {
        timeToLiveMs = Unchecked.call(() -> QuoinMessageProducer.checkedTime(toMs, "time-to-live"));
        return this;
    }

    @Override
    public long getTimeToLive() {
        return timeToLiveMs;
    }

    @Override
    public JMSProducer setDeliveryDelay(long toMs) {
        delayMs = Unchecked.call(() -> QuoinMessageProducer.checkedTime(toMs, "delivery delay"));
        return this;
    }

    @Override
    public long getDeliveryDelay() {
        return delayMs;
    }

    @Override
    public JMSProducer setAsync(@Nullable CompletionListener listener) {
        async = listener;
        return this;
    }

    @Override
    public @Nullable CompletionListener getAsync() {
        return async;
    }

    // --- Properties

    @Override
    public JMSProducer setProperty(String name, boolean value) {
        return set(name, value);
    }

    @Override
    public JMSProducer setProperty(String name, byte value) {
        return set(name, value);
    }

    @Override
    public JMSProducer setProperty(String name, short value) {
        return set(name, value);
    }

    @Override
    public JMSProducer setProperty(String name, int value) {
        return set(name, value);
    }

    @Override
    public JMSProducer setProperty(String name, long value) {
        return set(name, value);
    }

    @Override
    public JMSProducer setProperty(String name, float value) {
        return set(name, value);
    }

    @Override
    public JMSProducer setProperty(String name, double value) {
        return set(name, value);
    }

    @Override
    public JMSProducer setProperty(String name, @Nullable String value) {
        return set(name, value);
    }

    @Override
    public JMSProducer setProperty(String name, @Nullable Object value) {
        return set(name, value);
    }

    private JMSProducer set(String name, @Nullable Object value) {
        Unchecked.run(() -> properties.set(name, value));
        return this;
    }

    @Override
    public JMSProducer clearProperties() {
        properties.clear();
        return this;
    }

    @Override
    public boolean propertyExists(String name) {
        return properties.has(name);
    }

    @Override
    public boolean getBooleanProperty(String name) {
        return Unchecked.call(() -> Conversions.toBoolean(properties.get(name)));
    }

    @Override
    public byte getByteProperty(String name) {
        return Unchecked.call(() -> Conversions.toByte(properties.get(name)));
    }

    @Override
    public short getShortProperty(String name) {
        return Unchecked.call(() -> Conversions.toShort(properties.get(name)));
    }

    @Override
    public int getIntProperty(String name) {
        return Unchecked.call(() -> Conversions.toInt(properties.get(name)));
    }

    @Override
    public long getLongProperty(String name) {
        return Unchecked.call(() -> Conversions.toLong(properties.get(name)));
    }

    @Override
    public float getFloatProperty(String name) {
        return Unchecked.call(() -> Conversions.toFloat(properties.get(name)));
    }

    @Override
    public double getDoubleProperty(String name) {
        return Unchecked.call(() -> Conversions.toDouble(properties.get(name)));
    }

    @Override
    public @Nullable String getStringProperty(String name) {
        return Unchecked.query(() -> Conversions.toText(properties.get(name)));
    }

    @Override
    public @Nullable Object getObjectProperty(String name) {
        return properties.get(name);
    }

    @Override
    public Set<String> getPropertyNames() {
        return Collections.unmodifiableSet(properties.names());
    }

    // --- Header fields

    @Override
    public JMSProducer setJMSCorrelationIDAsBytes(byte @Nullable [] id) {
        correlationId = id == null ? null : id.clone();
        return this;
    }

    @Override
    public byte @Nullable [] getJMSCorrelationIDAsBytes() {
        if (correlationId instanceof byte[] bytes) {
            return bytes.clone();
        }
        return correlationId == null ? null : correlationId.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public JMSProducer setJMSCorrelationID(@Nullable String id) {
        correlationId = id;
        return this;
    }

    @Override
    public @Nullable String getJMSCorrelationID() {
        if (correlationId instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return (String) correlationId;
    }

    @Override
    public JMSProducer setJMSType(@Nullable String to) {
        type = to;
        return this;
    }

    @Override
    public @Nullable String getJMSType() {
        return type;
    }

    @Override
    public JMSProducer setJMSReplyTo(@Nullable Destination to) {
        replyTo = to;
        return this;
    }

    @Override
    public @Nullable Destination getJMSReplyTo() {
        return replyTo;
    }
}
