// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.protocol.BodyType;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import org.jspecify.annotations.Nullable;

/** A message whose body is a string, or null. */
public final class QuoinTextMessage extends QuoinMessage implements TextMessage {

    private @Nullable String text;

    /** A message to be filled and sent. */
    public QuoinTextMessage(MessageContext context) {
        super(context);
    }

    /** A message that has come from the server. */
    public QuoinTextMessage(MessageContext context, Received received) {
        super(context, received);
    }

    @Override
    public BodyType bodyType() {
        return BodyType.TEXT;
    }

    @Override
    public void setText(@Nullable String text) throws JMSException {
        checkBodyWriteable();
        this.text = text;
    }

    @Override
    public @Nullable String getText() throws JMSException {
        decodeBody();
        return text;
    }

    @Override
    void readBody(MessageView view) throws ProtocolException {
        text = view.text();
    }

    @Override
    void writeBody(MessageWriter writer) throws JMSException {
        writer.textBody(getText());
    }

    @Override
    void clearContent() {
        text = null;
    }

    @Override
    @Nullable
    Object content() throws JMSException {
        return getText();
    }
}
