// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.server.admin.JsonWriter;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines to messages and back, without losing a byte: what is not UTF-8 travels as bytes. */
final class Bodies {

    private Bodies() {}

    /** A text message, or one of bytes if the line is not UTF-8. */
    static Message message(Session session, byte[] line) throws JMSException {
        try {
            return session.createTextMessage(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString());
        } catch (CharacterCodingException e) {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(line);
            return message;
        }
    }

    /** The body as one line. Maps and streams become JSON; of serialized objects only the kind is shown. */
    static byte[] line(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            String body = text.getText();
            return body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        }
        if (message instanceof BytesMessage bytes) {
            return bytes(bytes);
        }
        if (message instanceof MapMessage || message instanceof StreamMessage) {
            JsonWriter json = new JsonWriter();
            body(json, message);
            return json.toString().getBytes(StandardCharsets.UTF_8);
        }
        return ("(" + kind(message) + ")").getBytes(StandardCharsets.UTF_8);
    }

    /** Headers, properties and body as one JSON object on one line. */
    static String json(Message message) throws JMSException {
        JsonWriter json = new JsonWriter().beginObject();
        json.field("id", message.getJMSMessageID());
        json.field("destination", name(message.getJMSDestination()));
        json.field("timestamp", message.getJMSTimestamp());
        json.field("priority", message.getJMSPriority());
        json.field("expiration", message.getJMSExpiration());
        json.field("redelivered", message.getJMSRedelivered());
        json.field("correlationId", message.getJMSCorrelationID());
        json.field("type", message.getJMSType());
        json.field("replyTo", name(message.getJMSReplyTo()));
        json.name("properties").beginObject();
        for (Object property : Collections.list((java.util.Enumeration<?>) message.getPropertyNames())) {
            json.name(property.toString()).value(message.getObjectProperty(property.toString()));
        }
        json.endObject();
        json.field("kind", kind(message));
        json.name("body");
        body(json, message);
        return json.endObject().toString();
    }

    private static void body(JsonWriter json, Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            json.value(text.getText());
        } else if (message instanceof BytesMessage bytes) {
            json.value(Base64.getEncoder().encodeToString(bytes(bytes)));
        } else if (message instanceof MapMessage map) {
            json.beginObject();
            for (Object name : Collections.list((java.util.Enumeration<?>) map.getMapNames())) {
                json.name(name.toString()).value(simple(map.getObject(name.toString())));
            }
            json.endObject();
        } else if (message instanceof StreamMessage stream) {
            json.beginArray();
            stream.reset();
            try {
                while (true) {
                    json.value(simple(stream.readObject()));
                }
            } catch (MessageEOFException end) {
                json.endArray(); // the only way in which a stream tells its end
            }
        } else {
            json.value((Object) null);
        }
    }

    private static @Nullable Object simple(@Nullable Object value) {
        return value instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : value;
    }

    private static byte[] bytes(BytesMessage message) throws JMSException {
        message.reset();
        byte[] body = new byte[Math.toIntExact(message.getBodyLength())];
        message.readBytes(body);
        return body;
    }

    private static @Nullable String name(@Nullable Destination destination) throws JMSException {
        if (destination instanceof Queue queue) {
            return "queue:" + queue.getQueueName();
        }
        return destination instanceof Topic topic ? "topic:" + topic.getTopicName() : null;
    }

    private static String kind(Message message) {
        for (Class<?> kind : List.of(
                TextMessage.class,
                BytesMessage.class,
                MapMessage.class,
                StreamMessage.class,
                jakarta.jms.ObjectMessage.class)) {
            if (kind.isInstance(message)) {
                return kind.getSimpleName();
            }
        }
        return "Message";
    }
}
