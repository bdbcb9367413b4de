// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.destination.QuoinQueue;
import io.quoin.jms.destination.QuoinTopic;
import io.quoin.protocol.ErrorCode;
import io.quoin.ra.config.AccessSource;
import io.quoin.ra.config.ServerAccess;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.InvalidPropertyException;
import java.util.concurrent.TimeUnit;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what an activation specification means, while its bean is being activated: only then do the names of its
 * application mean something.
 */
final class Lookups {

    /** A burst that comes every few seconds finds its sessions again. */
    private static final long SESSION_IDLE_MS = TimeUnit.SECONDS.toMillis(10);

    private final QuoinActivationSpec spec;

    private Lookups(QuoinActivationSpec spec) {
        this.spec = spec;
    }

    /**
     * Looks everything up.
     *
     * @throws ResourceException if a name is not bound, or to something of another kind
     */
    static Target resolve(QuoinActivationSpec spec, ServerAccess adapters) throws ResourceException {
        spec.validate();
        return new Lookups(spec).target(adapters);
    }

    private Target target(ServerAccess adapters) throws ResourceException {
        ServerAccess access = spec.access(ServerAccess.UNSAID).or(lookedUp()).or(adapters);
        try {
            access.factory();
            return new Target(
                    access,
                    destination(),
                    text(spec.getMessageSelector()),
                    text(spec.getSubscriptionName()),
                    spec.isDurable(),
                    spec.getShareSubscription(),
                    spec.isDupsOk(),
                    spec.getMinSessions(),
                    spec.getMaxSessions(),
                    SESSION_IDLE_MS,
                    spec.getRetryDelay(),
                    spec.getMaxRetryDelay());
        } catch (JMSException | IllegalArgumentException e) {
            throw new InvalidPropertyException(e.getMessage(), e);
        }
    }

    private static @Nullable String text(@Nullable String value) {
        return value == null || value.isBlank() ? null : value;
    }

    // --- The connection factory

    private ServerAccess lookedUp() throws ResourceException {
        String name = text(spec.getConnectionFactoryLookup());
        if (name == null) {
            return ServerAccess.UNSAID;
        }
        Object found = lookUp("connectionFactoryLookup", name);
        if (found instanceof AccessSource pooled) {
            return pooled.access();
        }
        if (found instanceof QuoinConnectionFactory plain) {
            return new ServerAccess(plain.getUri(), plain.getUser(), plain.getPassword(), plain.getClientID());
        }
        throw wrongKind("connectionFactoryLookup", name, found, "connection factory of Quoin");
    }

    // --- The destination

    private Destination destination() throws ResourceException, JMSException {
        String name = text(spec.getDestinationLookup());
        String property = "destinationLookup";
        if (name == null) {
            property = "destination";
            name = String.valueOf(text(spec.getDestination()));
        }
        boolean named = property.equals("destination") && !name.startsWith("java:");
        Destination found = named ? named(name) : lookedUp(property, name);
        return withOptions(checked(property, name, found));
    }

    private Destination named(String name) throws JMSException {
        return spec.isForTopic() ? QuoinTopic.named(name) : QuoinQueue.named(name);
    }

    private Destination lookedUp(String property, String name) throws ResourceException {
        if (lookUp(property, name) instanceof Destination found) {
            return found;
        }
        throw wrongKind(property, name, lookUp(property, name), "queue or topic");
    }

    private Destination checked(String property, String name, Destination found) throws ResourceException {
        if (spec.isForTopic() && !(found instanceof Topic)) {
            throw wrongKind(property, name, found, "topic");
        }
        if (spec.isForQueue() && !(found instanceof Queue)) {
            throw wrongKind(property, name, found, "queue");
        }
        if (spec.isDurable() && !(found instanceof Topic)) {
            throw wrongKind(property, name, found, "topic, which a durable subscription is of");
        }
        return found;
    }

    /** The destination with the options that the specification adds, which count when it is created. */
    private Destination withOptions(Destination found) throws JMSException {
        QuoinDestination own = QuoinDestination.of(found);
        StringBuilder options = new StringBuilder();
        if (own.options() != null) {
            options.append('&').append(own.options());
        }
        if (spec.getMaxDeliveries() >= 0) {
            options.append("&maxDeliveries=").append(spec.getMaxDeliveries());
        }
        if (spec.getRedeliveryDelay() >= 0) {
            options.append("&redeliveryDelay=").append(spec.getRedeliveryDelay());
        }
        if (spec.isDurable()) {
            // What changes from one deployment to the next must not cost messages.
            options.append("&consumer.keepBacklog=true");
        }
        String consumers = own.consumerOptions().addedTo(null);
        if (consumers != null) {
            options.append('&').append(consumers);
        }
        if (options.length() == 0) {
            return own;
        }
        String full = own.name() + "?" + options.substring(1);
        return own.kind().isTopic() ? QuoinTopic.named(full) : QuoinQueue.named(full);
    }

    // --- JNDI

    @SuppressWarnings("BanJNDI") // names are the deployer's, in the application server's own directory
    private static Object lookUp(String property, String name) throws ResourceException {
        try {
            InitialContext context = new InitialContext();
            try {
                return context.lookup(name);
            } finally {
                context.close();
            }
        } catch (NamingException e) {
            throw new InvalidPropertyException(
                    ErrorCode.LOOKUP_FAILED.message(property + " is " + name + ", and nothing is bound to that: " + e),
                    e);
        }
    }

    private static ResourceException wrongKind(String property, String name, Object found, String wanted) {
        return new InvalidPropertyException(ErrorCode.LOOKUP_FAILED.message(
                property + " is " + name + ", and that is a " + found.getClass().getName() + " and no " + wanted));
    }
}
