// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.BodyType;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A message whose body is a serialized object. It is copied when it is set and each time it is read; what was received is
 * read only as far as {@link ObjectPolicy} allows.
 */
public final class QuoinObjectMessage extends QuoinMessage implements ObjectMessage {

    private static final byte[] NULL = new byte[0];

    /** Empty for null. */
    private byte[] serialized = NULL;

    /** Whether somebody else may have made the bytes. */
    private boolean foreign;

    /** Where the class of an own object came from. */
    private @Nullable ClassLoader loader;

    /** A message to be filled and sent. */
    public QuoinObjectMessage(MessageContext context) {
        super(context);
    }

    /** A message that has come from the server. */
    public QuoinObjectMessage(MessageContext context, Received received) {
        super(context, received);
    }

    @Override
    public BodyType bodyType() {
        return BodyType.OBJECT;
    }

    @Override
    public void setObject(@Nullable Serializable object) throws JMSException {
        checkBodyWriteable();
        if (object == null) {
            clearContent();
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException | RuntimeException e) {
            throw JmsErrors.of(
                    ErrorCode.CONVERSION, "A " + object.getClass().getName() + " cannot be serialized: " + e, e);
        }
        serialized = bytes.toByteArray();
        loader = object.getClass().getClassLoader();
        foreign = false;
    }

    @Override
    public @Nullable Serializable getObject() throws JMSException {
        decodeBody();
        if (serialized.length == 0) {
            return null;
        }
        return (Serializable)
                (foreign ? context().objects().readReceived(serialized) : ObjectPolicy.readOwn(serialized, loader));
    }

    @Override
    void readBody(MessageView view) {
        serialized = new byte[view.bodyLength()];
        view.body().get(serialized);
        foreign = true;
    }

    @Override
    void writeBody(MessageWriter writer) throws JMSException {
        decodeBody();
        writer.body(BodyType.OBJECT).raw(serialized);
    }

    @Override
    void clearContent() {
        serialized = NULL;
        loader = null;
        foreign = false;
    }

    @Override
    @Nullable
    Object content() throws JMSException {
        return getObject();
    }

    @Override
    @SuppressWarnings("rawtypes")
    public boolean isBodyAssignableTo(Class wanted) throws JMSException {
        try {
            return super.isBodyAssignableTo(wanted);
        } catch (MessageFormatException unreadable) {
            return false;
        }
    }

    @Override
    boolean isContentEmpty() throws JMSException {
        decodeBody();
        return serialized.length == 0;
    }
}
