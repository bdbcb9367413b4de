// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import io.quoin.ra.config.ServerAccess;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The beans that are active now.
 *
 * <p>Thread: any.
 */
public final class Activations implements AutoCloseable {

    /** How long a bean may take to return when it is stopped; then it is interrupted. */
    private static final long STOP_NS = TimeUnit.SECONDS.toNanos(10);

    private final BootstrapContext context;
    private final Later later;
    private final Map<Key, Activation> active = new ConcurrentHashMap<>();

    /** One bean; application servers give the same two objects at both ends of its life. */
    private record Key(MessageEndpointFactory endpoints, ActivationSpec spec) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && endpoints == that.endpoints && spec == that.spec;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(endpoints);
        }
    }

    /** In what an application server offers. */
    public Activations(BootstrapContext context) {
        this.context = context;
        this.later = new Later(context);
    }

    /**
     * Looks everything up that {@code spec} names, and begins.
     *
     * @param adapters the server of the resource adapter
     * @throws ResourceException if something cannot be looked up, or with {@code failFast} the server cannot be reached
     */
    public void activate(MessageEndpointFactory endpoints, QuoinActivationSpec spec, ServerAccess adapters)
            throws ResourceException {
        Target target = Lookups.resolve(spec, adapters);
        Activation activation = new Activation(target, new Endpoints(endpoints), context.getWorkManager(), later);
        activation.start(spec.getFailFast());
        active.put(new Key(endpoints, spec), activation);
    }

    /** Returns when no message is in the bean's hand any more, or after 10 seconds. */
    public void deactivate(MessageEndpointFactory endpoints, ActivationSpec spec) {
        Activation activation = active.remove(new Key(endpoints, spec));
        if (activation != null) {
            activation.stop(System.nanoTime() + STOP_NS);
        }
    }

    /** Ends all of them within 10 seconds. */
    @Override
    public void close() {
        long deadlineNs = System.nanoTime() + STOP_NS;
        for (Key key : List.copyOf(active.keySet())) {
            Activation activation = active.remove(key);
            if (activation != null) {
                activation.stop(deadlineNs);
            }
        }
        later.close();
    }
}
