// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.Method;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * Where the proxies of a bean come from.
 *
 * <p>Thread: any.
 */
final class Endpoints {

    private static final Method ON_MESSAGE = onMessage();

    private final MessageEndpointFactory factory;

    Endpoints(MessageEndpointFactory factory) {
        this.factory = factory;
    }

    private static Method onMessage() {
        try {
            return MessageListener.class.getMethod("onMessage", Message.class);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether the container wants each message in a transaction. */
    boolean areTransacted() throws ResourceException {
        try {
            return factory.isDeliveryTransacted(ON_MESSAGE);
        } catch (NoSuchMethodException e) {
            throw new ResourceException("The bean has no onMessage", e);
        }
    }

    /**
     * A proxy of the bean.
     *
     * @param resource what a message is received in, for beans that are transacted
     * @throws UnavailableException if the container has none now
     */
    Endpoint create(@Nullable XAResource resource) throws UnavailableException {
        return new Endpoint(factory.createEndpoint(resource), resource != null);
    }

    /**
     * A proxy of the bean.
     *
     * <p>Thread: one at a time.
     */
    static final class Endpoint {

        private final MessageEndpoint endpoint;
        private final boolean transacted;

        Endpoint(MessageEndpoint endpoint, boolean transacted) {
            this.endpoint = endpoint;
            this.transacted = transacted;
        }

        /** Before a message: begins its transaction, if it is to have one. */
        void before() throws ResourceException {
            if (transacted) {
                try {
                    endpoint.beforeDelivery(ON_MESSAGE);
                } catch (NoSuchMethodException e) {
                    throw new ResourceException("The bean has no onMessage", e);
                }
            }
        }

        void deliver(Message message) {
            ((MessageListener) endpoint).onMessage(message);
        }

        /** After a message, whatever the bean has done: ends its transaction. */
        void after() throws ResourceException {
            if (transacted) {
                endpoint.afterDelivery();
            }
        }

        boolean isTransacted() {
            return transacted;
        }

        void release() {
            endpoint.release();
        }
    }
}
