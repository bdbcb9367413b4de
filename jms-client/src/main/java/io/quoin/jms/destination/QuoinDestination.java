// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.destination;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolLimits;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.Topic;
import java.io.Serializable;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.jspecify.annotations.Nullable;

/**
 * A queue or topic, which may be temporary. Two are equal if kind and name are; options after a {@code ?} in the name that
 * it was created with are kept apart and take part in nothing but the creation on the server.
 *
 * <p>Thread: any; immutable.
 */
public abstract class QuoinDestination implements Destination, Serializable, Referenceable {

    /** Names that begin so belong to the provider; those of temporary destinations go on with {@code temp.}. */
    public static final String RESERVED_PREFIX = "$quoin.";

    static final String TEMPORARY_PREFIX = RESERVED_PREFIX + "temp.";

    /** Resolves references without a compile-time dependency on the naming package. */
    private static final String OBJECT_FACTORY = "io.quoin.jms.jndi.QuoinObjectFactory";

    private static final long serialVersionUID = 1L;

    private final String name;
    private final @Nullable String options;
    private final ConsumerOptions consumerOptions;

    QuoinDestination(String name, @Nullable String options, ConsumerOptions consumerOptions) {
        this.name = name;
        this.options = options;
        this.consumerOptions = consumerOptions;
    }

    /** The name without options, 1 to 255 characters. */
    public final String name() {
        return name;
    }

    /** What followed the {@code ?}, like {@code a=b&c=d}, without what is the consumer's own; or null. */
    public final @Nullable String options() {
        return options;
    }

    /** What a consumer of this destination wants for itself. */
    public final ConsumerOptions consumerOptions() {
        return consumerOptions;
    }

    /** Whether it is a queue or a topic, temporary or not. */
    public abstract DestinationKind kind();

    /** The destination of a kind and a name, as it comes in a message. */
    public static QuoinDestination of(DestinationKind kind, String name) {
        return switch (kind) {
            case QUEUE -> new QuoinQueue(name, null, ConsumerOptions.NONE);
            case TOPIC -> new QuoinTopic(name, null, ConsumerOptions.NONE);
            case TEMPORARY_QUEUE -> new QuoinTemporaryQueue(name, null);
            case TEMPORARY_TOPIC -> new QuoinTemporaryTopic(name, null);
        };
    }

    /**
     * This provider's form of any destination; that of another provider is taken by its name.
     *
     * @throws InvalidDestinationException if it is null or has no name
     */
    public static QuoinDestination of(@Nullable Destination destination) throws JMSException {
        if (destination instanceof QuoinDestination own) {
            return own;
        }
        if (destination instanceof Queue queue && !(destination instanceof TemporaryQueue)) {
            return QuoinQueue.named(queue.getQueueName());
        }
        if (destination instanceof Topic topic && !(destination instanceof TemporaryTopic)) {
            return QuoinTopic.named(topic.getTopicName());
        }
        throw JmsErrors.of(
                ErrorCode.INVALID_NAME,
                destination == null
                        ? "The destination is null"
                        : "A " + destination.getClass().getName() + " is no destination of this provider");
    }

    /**
     * The same for a reply-to: what only another provider could reply to, as its temporary queues, is left out rather than
     * refused (Messaging 3.1 §3.12).
     */
    public static @Nullable QuoinDestination orNull(@Nullable Destination destination) throws JMSException {
        boolean own = destination instanceof QuoinDestination;
        boolean named = destination instanceof Queue || destination instanceof Topic;
        boolean temporary = destination instanceof TemporaryQueue || destination instanceof TemporaryTopic;
        return own || (named && !temporary) ? of(destination) : null;
    }

    static String checkedName(@Nullable String full) throws InvalidDestinationException {
        String name = full == null ? "" : withoutOptions(full);
        String wrong = null;
        if (name.isEmpty()) {
            wrong = "The name of a destination is empty";
        } else if (name.length() > ProtocolLimits.MAX_NAME_LENGTH) {
            wrong = "The name of a destination has " + name.length() + " characters: " + name.substring(0, 40) + "...";
        } else if (name.chars().anyMatch(Character::isISOControl)) {
            wrong = "The name of a destination has a control character";
        }
        if (wrong != null) {
            throw (InvalidDestinationException) JmsErrors.of(ErrorCode.INVALID_NAME, wrong);
        }
        return name;
    }

    private static String withoutOptions(String full) {
        int at = full.indexOf('?');
        return at < 0 ? full : full.substring(0, at);
    }

    /** What follows the {@code ?}; null if nothing does. */
    static @Nullable String optionsOf(String full) {
        int at = full.indexOf('?');
        return at < 0 || at == full.length() - 1 ? null : full.substring(at + 1);
    }

    @Override
    public final Reference getReference() {
        Reference reference = new Reference(getClass().getName(), OBJECT_FACTORY, null);
        String all = consumerOptions.addedTo(options);
        reference.add(new StringRefAddr("name", all == null ? name : name + "?" + all));
        return reference;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof QuoinDestination that && kind() == that.kind() && name.equals(that.name);
    }

    @Override
    public final int hashCode() {
        return 31 * name.hashCode() + kind().code();
    }

    @Override
    public final String toString() {
        return name;
    }
}
