// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** Messages of other providers, which a producer takes as well (Messaging 3.1 §3.12). */
public final class ForeignMessages {

    private static final int BLOCK_BYTES = 8 << 10;

    private ForeignMessages() {}

    /**
     * The message itself if it is this provider's, a copy otherwise.
     *
     * @throws jakarta.jms.MessageFormatException if it is null
     */
    public static QuoinMessage own(@Nullable Message message, MessageContext context) throws JMSException {
        if (message instanceof QuoinMessage own) {
            return own;
        }
        if (message == null) {
            throw JmsErrors.of(ErrorCode.CONVERSION, "The message to send is null");
        }
        QuoinMessage copy = copyBody(message, new MessageContext(false, context.objects(), false, null));
        copyHeaders(message, copy);
        copyProperties(message, copy);
        return copy;
    }

    private static QuoinMessage copyBody(Message message, MessageContext context) throws JMSException {
        if (message instanceof TextMessage text) {
            QuoinTextMessage copy = new QuoinTextMessage(context);
            copy.setText(text.getText());
            return copy;
        } else if (message instanceof BytesMessage bytes) {
            return copyBytes(bytes, new QuoinBytesMessage(context));
        } else if (message instanceof MapMessage map) {
            QuoinMapMessage copy = new QuoinMapMessage(context);
            for (Enumeration<?> names = map.getMapNames(); names.hasMoreElements(); ) {
                String name = (String) names.nextElement();
                copy.setObject(name, map.getObject(name));
            }
            return copy;
        } else if (message instanceof StreamMessage stream) {
            QuoinStreamMessage copy = new QuoinStreamMessage(context);
            stream.reset();
            copy.copyFrom(stream);
            stream.reset();
            return copy;
        } else if (message instanceof ObjectMessage object) {
            QuoinObjectMessage copy = new QuoinObjectMessage(context);
            copy.setObject(object.getObject());
            return copy;
        }
        return new QuoinMessage(context);
    }

    private static QuoinBytesMessage copyBytes(BytesMessage from, QuoinBytesMessage to) throws JMSException {
        from.reset();
        byte[] block = new byte[BLOCK_BYTES];
        int read = from.readBytes(block);
        while (read > 0) {
            to.writeBytes(block, 0, read);
            read = from.readBytes(block);
        }
        from.reset();
        return to;
    }

    private static void copyHeaders(Message from, QuoinMessage to) throws JMSException {
        to.setJMSReplyTo(QuoinDestination.orNull(from.getJMSReplyTo()));
        to.setJMSType(from.getJMSType());
        String correlationId = from.getJMSCorrelationID();
        if (correlationId != null) {
            to.setJMSCorrelationID(correlationId);
        }
    }

    private static void copyProperties(Message from, QuoinMessage to) throws JMSException {
        for (Enumeration<?> names = from.getPropertyNames(); names.hasMoreElements(); ) {
            String name = (String) names.nextElement();
            to.setObjectProperty(name, from.getObjectProperty(name));
        }
    }
}
