// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.QuoinJMSConsumer;
import io.quoin.jms.errors.Unchecked;
import jakarta.jms.MessageListener;
import org.jspecify.annotations.Nullable;

/** The simplified API's consumer: the client's own, on whatever session its handle works now. */
final class ConsumerOfContext extends QuoinJMSConsumer {

    private final ConsumerHandle consumer;

    ConsumerOfContext(ConsumerHandle consumer) {
        super(consumer::current);
        this.consumer = consumer;
    }

    @Override
    public @Nullable MessageListener getMessageListener() {
        return Unchecked.query(consumer::getMessageListener);
    }

    @Override
    public void setMessageListener(@Nullable MessageListener listener) {
        Unchecked.run(() -> consumer.setMessageListener(listener));
    }

    @Override
    public void close() {
        Unchecked.run(consumer::close);
    }
}
