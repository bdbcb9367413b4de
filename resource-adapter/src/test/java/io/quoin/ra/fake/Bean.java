// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.fake;

import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/** A message-driven bean, whose container manages its transactions or does not. */
public final class Bean implements MessageEndpointFactory {

    private final boolean transacted;
    private final Transactions transactions;
    private final MessageListener listener;

    /** Proxies that were made, and those that are not released. */
    public final AtomicInteger created = new AtomicInteger();

    public final AtomicInteger open = new AtomicInteger();
    /** How often the container still fails, at each place. */
    public final AtomicInteger unavailable = new AtomicInteger();

    /** The same, with an exception that the contract does not know. */
    public final AtomicInteger broken = new AtomicInteger();

    public final AtomicInteger failBefore = new AtomicInteger();
    public final AtomicInteger failAfter = new AtomicInteger();
    /** How often the container still forgets to end a transaction. */
    public final AtomicInteger forget = new AtomicInteger();
    /** Messages in hand now, and the most there have been. */
    public final AtomicInteger inHand = new AtomicInteger();

    public final AtomicInteger inHandMost = new AtomicInteger();

    private Bean(boolean transacted, Transactions transactions, MessageListener listener) {
        this.transacted = transacted;
        this.transactions = transactions;
        this.listener = listener;
    }

    public static Bean transacted(Container in, MessageListener listener) {
        return new Bean(true, in.transactions, listener);
    }

    public static Bean plain(MessageListener listener) {
        return new Bean(false, new Transactions(), listener);
    }

    private static boolean takeOne(AtomicInteger from) {
        return from.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    @Override
    public MessageEndpoint createEndpoint(XAResource resource) throws UnavailableException {
        if (takeOne(unavailable)) {
            throw new UnavailableException("not yet");
        }
        if (takeOne(broken)) {
            throw new IllegalStateException("broken");
        }
        created.incrementAndGet();
        open.incrementAndGet();
        return new Proxy(resource);
    }

    @Override
    public MessageEndpoint createEndpoint(XAResource resource, long timeoutMs) throws UnavailableException {
        return createEndpoint(resource);
    }

    @Override
    public boolean isDeliveryTransacted(Method method) {
        return transacted;
    }

    @Override
    public String getActivationName() {
        return "bean";
    }

    @Override
    public Class<?> getEndpointClass() {
        return Bean.class;
    }

    private final class Proxy implements MessageEndpoint, MessageListener {

        private final XAResource resource;
        private boolean between;

        Proxy(XAResource resource) {
            this.resource = resource;
        }

        @Override
        public void beforeDelivery(Method method) throws ResourceException {
            if (takeOne(failBefore)) {
                throw new ResourceException("no transaction now");
            }
            if (between) {
                throw new IllegalStateException("beforeDelivery twice");
            }
            between = true;
            transactions.begin();
            try {
                transactions.enlist(resource);
            } catch (XAException e) {
                throw new ResourceException(e);
            }
        }

        @Override
        public void onMessage(Message message) {
            inHandMost.accumulateAndGet(inHand.incrementAndGet(), Math::max);
            try {
                listener.onMessage(message);
            } catch (RuntimeException e) {
                if (transacted) {
                    transactions.setRollbackOnly();
                }
                throw e;
            } finally {
                inHand.decrementAndGet();
            }
        }

        @Override
        public void afterDelivery() throws ResourceException {
            between = false;
            if (takeOne(forget)) {
                throw new ResourceException("forgotten");
            }
            try {
                if (takeOne(failAfter)) {
                    transactions.rollback();
                    throw new ResourceException("rolled back");
                }
                transactions.commit();
            } catch (XAException e) {
                throw new ResourceException(e);
            }
        }

        @Override
        public void release() {
            open.decrementAndGet();
        }
    }
}
