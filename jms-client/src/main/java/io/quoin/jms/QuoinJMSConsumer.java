// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.Unchecked;
import io.quoin.jms.message.QuoinMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The simplified API's consumer. */
public class QuoinJMSConsumer implements JMSConsumer {

    private final Consumers consumers;

    /** The consumer that receives. */
    @FunctionalInterface
    protected interface Consumers {

        /**
         * The one of now.
         *
         * @throws JMSException if there is none any more
         */
        QuoinMessageConsumer current() throws JMSException;
    }

    QuoinJMSConsumer(QuoinMessageConsumer consumer) {
        this(() -> consumer);
    }

    /** For the resource adapter, whose handles move from one consumer to another. */
    protected QuoinJMSConsumer(Consumers consumers) {
        this.consumers = consumers;
    }

    private QuoinMessageConsumer consumer() throws JMSException {
        return consumers.current();
    }

    @Override
    public @Nullable String getMessageSelector() {
        return Unchecked.query(() -> consumer().getMessageSelector());
    }

    @Override
    public @Nullable MessageListener getMessageListener() {
        return Unchecked.query(() -> consumer().getMessageListener());
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) {
        Unchecked.run(() -> consumer().setMessageListener(listener));
    }

    @Override
    public @Nullable Message receive() {
        return Unchecked.query(() -> consumer().receive());
    }

    @Override
    public @Nullable Message receive(long timeoutMs) {
        return Unchecked.query(() -> consumer().receive(timeoutMs));
    }

    @Override
    public @Nullable Message receiveNoWait() {
        return Unchecked.query(() -> consumer().receiveNoWait());
    }

    @Override
    public <T> @Nullable T receiveBody(Class<T> type) {
        return body(type, 0, true);
    }

    @Override
    public <T> @Nullable T receiveBody(Class<T> type, long timeoutMs) {
        return body(type, timeoutMs, true);
    }

    @Override
    public <T> @Nullable T receiveBodyNoWait(Class<T> type) {
        return body(type, 0, false);
    }

    private <T> @Nullable T body(Class<T> type, long timeoutMs, boolean wait) {
        return Unchecked.query(() -> receiveBody(type, timeoutMs, wait));
    }

    private <T> @Nullable T receiveBody(Class<T> type, long timeoutMs, boolean wait) throws JMSException {
        long timeoutNs = wait ? QuoinMessageConsumer.timeoutNs(timeoutMs) : 0;
        QuoinMessage message = consumer().receive(timeoutNs, type);
        return message == null ? null : message.getBody(type);
    }

    /**
     * Receives several messages at once, as {@link QuoinMessageConsumer#receiveBatch}.
     *
     * @param max how many at most, 1 or more
     * @param timeoutMs how long to wait for the first one, in milliseconds; 0 for ever
     */
    public List<Message> receiveBatch(int max, long timeoutMs) {
        return Unchecked.call(() -> consumer().receiveBatch(max, timeoutMs));
    }

    @Override
    public void close() {
        Unchecked.run(() -> consumer().close());
    }
}
