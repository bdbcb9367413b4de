// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.BodyType;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.message.MessageId;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message without a body, and what all messages have in common: header fields, properties, and whether they may be
 * written. Of a received message everything is decoded when it is first asked for.
 *
 * <p>Thread: used by one at a time, as the specification has it (Messaging 3.1 §2.14).
 */
public class QuoinMessage implements Message {

    private final MessageContext context;

    /** Where it came from; null for a message that was made here. */
    private final @Nullable Received received;

    private boolean headersDecoded;
    private boolean propertiesDecoded;
    private boolean bodyDecoded;
    private boolean propertiesReadOnly;
    private boolean bodyReadOnly;

    private @Nullable String messageId;
    /** The message id that the provider gave, made a string when it is asked for; of no meaning if the sequence is 0. */
    private long connectionHigh;

    private long connectionLow;
    private long sequence;
    private long timestamp;
    private long expiration;
    private long deliveryTime;
    private int deliveryMode = DEFAULT_DELIVERY_MODE;
    private int priority = DEFAULT_PRIORITY;
    private boolean redelivered;
    private @Nullable Destination destination;
    private @Nullable Destination replyTo;
    /** A String or a byte[]. */
    private @Nullable Object correlationId;

    private @Nullable String type;
    /** Made when there is the first one. */
    private @Nullable Properties properties;

    /** A message to be filled and sent. */
    public QuoinMessage(MessageContext context) {
        this.context = context;
        this.received = null;
        this.headersDecoded = true;
        this.propertiesDecoded = true;
        this.bodyDecoded = true;
    }

    /** A message that has come from the server. */
    public QuoinMessage(MessageContext context, Received received) {
        this.context = context;
        this.received = received;
        this.propertiesReadOnly = true;
        this.bodyReadOnly = true;
        this.redelivered = received.redelivered();
    }

    final MessageContext context() {
        return context;
    }

    /** What kind of body it has. */
    public BodyType bodyType() {
        return BodyType.NONE;
    }

    // --- Header fields

    @Override
    public final @Nullable String getJMSMessageID() {
        if (messageId == null && sequence != 0) {
            messageId = new MessageId(connectionHigh, connectionLow, sequence).text();
        }
        return messageId;
    }

    @Override
    public final void setJMSMessageID(@Nullable String id) {
        messageId = id;
        sequence = 0;
    }

    /** The provider's message id. */
    public final void setMessageId(long connectionHigh, long connectionLow, long sequence) {
        this.connectionHigh = connectionHigh;
        this.connectionLow = connectionLow;
        this.sequence = sequence;
        this.messageId = null;
    }

    @Override
    public final long getJMSTimestamp() {
        return timestamp;
    }

    @Override
    public final void setJMSTimestamp(long timestamp) {
        this.timestamp = timestamp;
    }

    @Override
    public final byte @Nullable [] getJMSCorrelationIDAsBytes() throws JMSException {
        decodeHeaders();
        if (correlationId instanceof byte[] bytes) {
            return bytes.clone();
        }
        return correlationId == null ? null : correlationId.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public final void setJMSCorrelationIDAsBytes(byte @Nullable [] id) throws JMSException {
        decodeHeaders();
        correlationId = id == null ? null : id.clone();
    }

    @Override
    public final @Nullable String getJMSCorrelationID() throws JMSException {
        decodeHeaders();
        if (correlationId instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return (String) correlationId;
    }

    @Override
    public final void setJMSCorrelationID(@Nullable String id) throws JMSException {
        decodeHeaders();
        correlationId = id;
    }

    @Override
    public final @Nullable Destination getJMSReplyTo() throws JMSException {
        decodeHeaders();
        return replyTo;
    }

    @Override
    public final void setJMSReplyTo(@Nullable Destination replyTo) throws JMSException {
        decodeHeaders();
        this.replyTo = replyTo;
    }

    @Override
    public final @Nullable Destination getJMSDestination() throws JMSException {
        decodeHeaders();
        return destination;
    }

    @Override
    public final void setJMSDestination(@Nullable Destination destination) throws JMSException {
        decodeHeaders();
        this.destination = destination;
    }

    @Override
    public final int getJMSDeliveryMode() {
        return deliveryMode;
    }

    @Override
    public final void setJMSDeliveryMode(int mode) throws JMSException {
        if (mode != DeliveryMode.PERSISTENT && mode != DeliveryMode.NON_PERSISTENT) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "There is no delivery mode " + mode);
        }
        deliveryMode = mode;
    }

    @Override
    public final boolean getJMSRedelivered() {
        return redelivered;
    }

    @Override
    public final void setJMSRedelivered(boolean redelivered) {
        this.redelivered = redelivered;
    }

    @Override
    public final @Nullable String getJMSType() throws JMSException {
        decodeHeaders();
        return type;
    }

    @Override
    public final void setJMSType(@Nullable String type) throws JMSException {
        decodeHeaders();
        this.type = type;
    }

    @Override
    public final long getJMSExpiration() {
        return expiration;
    }

    @Override
    public final void setJMSExpiration(long expiration) {
        this.expiration = expiration;
    }

    @Override
    public final long getJMSDeliveryTime() {
        return deliveryTime;
    }

    @Override
    public final void setJMSDeliveryTime(long deliveryTime) {
        this.deliveryTime = deliveryTime;
    }

    @Override
    public final int getJMSPriority() {
        return priority;
    }

    @Override
    public final void setJMSPriority(int priority) throws JMSException {
        if (priority < 0 || priority > 9) {
            throw JmsErrors.of(ErrorCode.BAD_ARGUMENT, "The priority " + priority + " is not between 0 and 9");
        }
        this.priority = priority;
    }

    /** The correlation id as it was set, a String or a byte[] that is not to be changed. */
    final @Nullable Object correlationId() throws JMSException {
        decodeHeaders();
        return correlationId;
    }

    private void decodeHeaders() throws JMSException {
        if (headersDecoded || received == null) {
            return;
        }
        MessageView view = received.view();
        destination = QuoinDestination.of(view.destinationKind(), view.destinationName());
        replyTo = MessageEncoder.replyTo(view);
        correlationId = MessageEncoder.correlationId(view);
        type = view.type();
        headersDecoded = true;
    }

    // --- Properties

    @Override
    public final void clearProperties() {
        properties = null;
        propertiesDecoded = true;
        propertiesReadOnly = false;
    }

    @Override
    public final boolean propertyExists(String name) throws JMSException {
        return decodedProperties().has(name)
                || (propertiesReadOnly && annotations().has(name));
    }

    @Override
    public final boolean getBooleanProperty(String name) throws JMSException {
        return Conversions.toBoolean(property(name));
    }

    @Override
    public final byte getByteProperty(String name) throws JMSException {
        return Conversions.toByte(property(name));
    }

    @Override
    public final short getShortProperty(String name) throws JMSException {
        return Conversions.toShort(property(name));
    }

    @Override
    public final int getIntProperty(String name) throws JMSException {
        return Conversions.toInt(property(name));
    }

    @Override
    public final long getLongProperty(String name) throws JMSException {
        return Conversions.toLong(property(name));
    }

    @Override
    public final float getFloatProperty(String name) throws JMSException {
        return Conversions.toFloat(property(name));
    }

    @Override
    public final double getDoubleProperty(String name) throws JMSException {
        return Conversions.toDouble(property(name));
    }

    @Override
    public final @Nullable String getStringProperty(String name) throws JMSException {
        return Conversions.toText(property(name));
    }

    @Override
    public final @Nullable Object getObjectProperty(String name) throws JMSException {
        return property(name);
    }

    /** What the server says of a received message outranks what its sender said. */
    private @Nullable Object property(String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("The name of a property is null or empty");
        }
        if (propertiesReadOnly) {
            Properties annotations = annotations();
            if (annotations.has(name)) {
                return annotations.get(name);
            }
        }
        return decodedProperties().get(name);
    }

    @Override
    public final Enumeration<String> getPropertyNames() throws JMSException {
        Properties sent = decodedProperties();
        List<String> names = new ArrayList<>(sent.names());
        if (propertiesReadOnly) {
            for (String name : annotations().names()) {
                if (!sent.has(name)) {
                    names.add(name);
                }
            }
        }
        return Collections.enumeration(names);
    }

    @Override
    public final void setBooleanProperty(String name, boolean value) throws JMSException {
        setProperty(name, value);
    }

    @Override
    public final void setByteProperty(String name, byte value) throws JMSException {
        setProperty(name, value);
    }

    @Override
    public final void setShortProperty(String name, short value) throws JMSException {
        setProperty(name, value);
    }

    @Override
    public final void setIntProperty(String name, int value) throws JMSException {
        setProperty(name, value);
    }

    @Override
    public final void setLongProperty(String name, long value) throws JMSException {
        setProperty(name, value);
    }

    @Override
    public final void setFloatProperty(String name, float value) throws JMSException {
        setProperty(name, value);
    }

    @Override
    public final void setDoubleProperty(String name, double value) throws JMSException {
        setProperty(name, value);
    }

    @Override
    public final void setStringProperty(String name, @Nullable String value) throws JMSException {
        setProperty(name, value);
    }

    @Override
    public final void setObjectProperty(String name, @Nullable Object value) throws JMSException {
        setProperty(name, value);
    }

    private void setProperty(String name, @Nullable Object value) throws JMSException {
        PropertyNames.check(name, context.strictNames());
        if (propertiesReadOnly) {
            throw MessageErrors.readOnly("property " + name);
        }
        writableProperties().set(name, value);
    }

    /** Says on a message that is sent what the provider knows, whatever its sender has said; null to say nothing. */
    public final void setProvided(String name, @Nullable String value) throws JMSException {
        if (value != null) {
            decodedProperties();
            writableProperties().setChecked(name, value);
        } else if (decodedProperties().has(name)) {
            writableProperties().remove(name);
        }
    }

    /** The properties that the sender set; not to be changed. */
    final Properties decodedProperties() throws JMSException {
        if (!propertiesDecoded && received != null) {
            Map<String, @Nullable Object> sent = received.view().properties();
            for (Map.Entry<String, @Nullable Object> property : sent.entrySet()) {
                writableProperties().setChecked(property.getKey(), property.getValue());
            }
            propertiesDecoded = true;
        }
        Properties made = properties;
        return made == null ? Received.NO_PROPERTIES : made;
    }

    private Properties writableProperties() {
        Properties made = properties;
        if (made == null) {
            made = new Properties(context.strictNames());
            properties = made;
        }
        return made;
    }

    /** What the server says of a received message, as properties. */
    private Properties annotations() {
        return received == null ? Received.NO_PROPERTIES : received.annotations();
    }

    // --- Body

    @Override
    public final void clearBody() throws JMSException {
        clearContent();
        bodyDecoded = true;
        bodyReadOnly = false;
    }

    @Override
    public final <T> @Nullable T getBody(Class<T> wanted) throws JMSException {
        if (isContentEmpty()) {
            return null;
        }
        Object content = content();
        if (content != null && !isOfType(content, wanted)) {
            throw JmsErrors.of(
                    ErrorCode.CONVERSION,
                    "The body is a " + content.getClass().getName() + " and cannot be had as " + wanted.getName());
        }
        return wanted.cast(content);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public boolean isBodyAssignableTo(Class wanted) throws JMSException {
        if (isContentEmpty()) {
            return true;
        }
        Object content = content();
        return content != null && isOfType(content, (Class<?>) wanted);
    }

    /** Whether a body that is there can be had as that type. */
    boolean isOfType(Object content, Class<?> wanted) {
        return wanted.isInstance(content);
    }

    /** Whether {@code JMSConsumer.receiveBody} can have the body of this message as that type (Messaging 3.1 §8.6). */
    public final boolean isReceivableAs(Class<?> wanted) throws JMSException {
        return !isContentEmpty() && isBodyAssignableTo(wanted);
    }

    /** The body as {@link #getBody} gives it, a copy where it could be changed; null if there is none. */
    @Nullable
    Object content() throws JMSException {
        return null;
    }

    /** Whether there is no body: it can be had as any type, and is null. */
    boolean isContentEmpty() throws JMSException {
        return content() == null;
    }

    void clearContent() {}

    /** Decodes the body of a received message, once. */
    final void decodeBody() throws JMSException {
        if (bodyDecoded || received == null) {
            return;
        }
        try {
            readBody(received.view());
        } catch (ProtocolException e) {
            throw JmsErrors.of(e);
        }
        bodyDecoded = true;
    }

    /** Takes the body from a received message. */
    void readBody(MessageView view) throws ProtocolException {}

    /** Gives the body to a message that is sent, without changing anything of it here. */
    void writeBody(MessageWriter writer) throws JMSException {}

    final void checkBodyWriteable() throws JMSException {
        if (bodyReadOnly) {
            throw MessageErrors.readOnly("body");
        }
    }

    final boolean isBodyReadOnly() {
        return bodyReadOnly;
    }

    final void setBodyReadOnly() {
        bodyReadOnly = true;
    }

    // --- What the provider does with it

    @Override
    public final void acknowledge() throws JMSException {
        if (received != null) {
            received.acknowledge();
        }
    }
}
