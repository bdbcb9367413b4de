// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.QuoinMessageConsumer;
import io.quoin.jms.errors.Unchecked;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.QueueReceiver;
import jakarta.jms.Topic;
import jakarta.jms.TopicSubscriber;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of a session handle.
 *
 * <p>Thread: one at a time, and any for {@link #close}.
 */
final class ConsumerHandle implements QueueReceiver, TopicSubscriber {

    private final Bound<MessageConsumer> consumer;

    ConsumerHandle(Bound<MessageConsumer> consumer) {
        this.consumer = consumer;
    }

    /** The consumer of the client, as it is now. */
    QuoinMessageConsumer current() throws JMSException {
        return (QuoinMessageConsumer) consumer.get();
    }

    private EeRules rules() throws JMSException {
        current();
        return consumer.session().rules();
    }

    @Override
    public @Nullable Message receive() throws JMSException {
        return received(current()::receive);
    }

    @Override
    public @Nullable Message receive(long timeoutMs) throws JMSException {
        QuoinMessageConsumer from = current();
        return received(() -> from.receive(timeoutMs));
    }

    @Override
    public @Nullable Message receiveNoWait() throws JMSException {
        return received(current()::receiveNoWait);
    }

    private @Nullable Message received(Unchecked.Query<Message> call) throws JMSException {
        try {
            return call.run();
        } catch (JMSException e) {
            throw consumer.session().failed(e);
        }
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        return current().getMessageSelector();
    }

    @Override
    public @Nullable MessageListener getMessageListener() throws JMSException {
        rules().refuse("MessageConsumer.getMessageListener");
        return current().getMessageListener();
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) throws JMSException {
        rules().refuse("MessageConsumer.setMessageListener");
        current().setMessageListener(listener);
    }

    @Override
    public Queue getQueue() throws JMSException {
        return current().getQueue();
    }

    @Override
    public Topic getTopic() throws JMSException {
        return current().getTopic();
    }

    @Override
    public boolean getNoLocal() throws JMSException {
        return current().getNoLocal();
    }

    @Override
    public void close() throws JMSException {
        consumer.close();
    }
}
