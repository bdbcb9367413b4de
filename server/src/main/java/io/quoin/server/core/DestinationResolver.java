// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.server.model.DestinationCreated;
import io.quoin.server.model.DestinationOptions;
import io.quoin.server.model.Names;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.Removed;
import io.quoin.server.model.TopicPattern;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds or creates what an alias stands for, at its first use.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class DestinationResolver {

    private final BrokerOptions options;
    private final Destinations destinations;
    private final Applier applier;
    private final Recorder recorder;
    private final AwaitedTemporaries awaited;
    private int lastVolatileNumber;

    DestinationResolver(
            BrokerOptions options,
            Destinations destinations,
            Applier applier,
            Recorder recorder,
            AwaitedTemporaries awaited) {
        this.options = options;
        this.destinations = destinations;
        this.applier = applier;
        this.recorder = recorder;
        this.awaited = awaited;
    }

    /** Takes up an alias. A temporary destination of this connection is created now; all else is looked at when used. */
    void bind(ClientConnection c, int alias, DestinationKind kind, String name, @Nullable String declaredOptions) {
        Binding old = c.bindings().get(alias);
        if (old != null && old.isSame(kind, name)) {
            return;
        }
        c.bindings().put(alias, new Binding(alias, kind, name, declaredOptions));
        if (kind.isTemporary() && name.startsWith(temporaryPrefix(c.id()))) {
            own(c, kind, name);
        }
    }

    /** The destination of an alias, created if it may be. */
    Destination resolve(ClientConnection c, int alias) throws Refusal {
        Binding binding = binding(c, alias);
        Destination destination = binding.destination();
        if (destination != null && !destination.isGone()) {
            return destination;
        }
        destination = destinations.find(binding.name());
        if (destination == null) {
            destination = isAwaited(binding) ? await(binding) : create(binding);
        }
        return resolved(binding, destination);
    }

    /** The queue of an alias, or null if it does not exist but might be created: a browser creates nothing. */
    @Nullable
    Destination find(ClientConnection c, int alias) throws Refusal {
        Binding binding = binding(c, alias);
        Destination destination = destinations.find(binding.name());
        if (destination != null) {
            return resolved(binding, destination);
        }
        checkCreatable(binding);
        return null;
    }

    /** The pattern of topics that an alias stands for, or null if it stands for one destination. */
    @Nullable
    TopicPattern pattern(ClientConnection c, int alias) throws Refusal {
        Binding binding = binding(c, alias);
        return binding.kind() == DestinationKind.TOPIC ? TopicPattern.find(binding.name()) : null;
    }

    /** The topics that a pattern matches now. */
    List<Topic> topics(TopicPattern pattern) {
        return destinations.topics(pattern);
    }

    /** The server's options of destinations, with those that were declared. */
    DestinationOptions options(@Nullable String declared) throws Refusal {
        return options.destinationDefaults().with(declared);
    }

    static Binding binding(ClientConnection c, int alias) throws Refusal {
        Binding binding = c.bindings().get(alias);
        if (binding == null) {
            throw new Refusal(ErrorCode.ALIAS_UNKNOWN, "The connection has not said what destination " + alias + " is");
        }
        return binding;
    }

    /** The queue of that name, created if need be: for dead letters and expired messages. Null if the name is a topic's. */
    @Nullable
    Queue queueOnDemand(String name) {
        Destination destination = destinations.find(name);
        if (destination == null) {
            destination = create(DestinationKind.QUEUE, name, options.destinationDefaults());
        }
        return destination instanceof Queue queue ? queue : null;
    }

    /** The name of the destination of that number, or null. */
    @Nullable
    String name(int number) {
        Destination destination = destinations.find(number);
        return destination == null ? null : destination.name();
    }

    /** The number for a new temporary destination or non-durable subscription. */
    int nextVolatileNumber() {
        return --lastVolatileNumber;
    }

    /** The number for a new durable destination or subscription. */
    int nextNumber() {
        return applier.lastNumber() + 1;
    }

    /** Removes a destination with all that is in it. */
    void remove(Destination destination) {
        Removed.put(recorder.begin(destination.isDurable(), RecordType.DESTINATION_REMOVED, 0), destination.number());
        recorder.end();
    }

    private static Destination resolved(Binding binding, Destination destination) throws Refusal {
        if (destination.kind() != binding.kind()) {
            throw new Refusal(
                    ErrorCode.DESTINATION_KIND_MISMATCH,
                    destination.name() + " is a " + text(destination.kind()) + ", not a " + text(binding.kind()));
        }
        destination.options().checkSame(text(destination.kind()) + " " + destination.name(), binding.declaredOptions());
        binding.destination(destination);
        return destination;
    }

    private boolean isAwaited(Binding binding) {
        return binding.kind().isTemporary()
                && binding.name().startsWith(Names.TEMPORARY_PREFIX)
                && awaited.mayCome(binding.name());
    }

    private Destination await(Binding binding) {
        Destination destination = createTemporary(binding.kind(), binding.name());
        awaited.await(destination);
        return destination;
    }

    private Destination create(Binding binding) throws Refusal {
        checkCreatable(binding);
        DestinationOptions wanted = options(binding.declaredOptions());
        return create(binding.kind(), binding.name(), wanted);
    }

    private void checkCreatable(Binding binding) throws Refusal {
        if (binding.kind().isTemporary()) {
            throw new Refusal(
                    ErrorCode.DESTINATION_DELETED,
                    "The " + text(binding.kind()) + " " + binding.name() + " does not exist any more");
        }
        Names.check(binding.name());
        if (binding.kind() == DestinationKind.TOPIC) {
            checkTopic(binding.name());
        }
        if (!options.autoCreate()) {
            throw new Refusal(
                    ErrorCode.UNKNOWN_DESTINATION,
                    "There is no " + text(binding.kind()) + " " + binding.name()
                            + ", and destinations.auto-create=false keeps it from being created by its use");
        }
    }

    /** Messages go to one topic, never to a pattern; and what belongs to dead letters is a queue. */
    private static void checkTopic(String name) throws Refusal {
        if (TopicPattern.find(name) != null) {
            throw new Refusal(
                    ErrorCode.WILDCARD_DESTINATION, "The name " + name + " is a pattern, which stands for many topics");
        }
        if (name.startsWith(DeadLetters.PREFIX)) {
            throw new Refusal(
                    ErrorCode.INVALID_NAME,
                    "The topic " + name + " cannot be: names that begin with " + DeadLetters.PREFIX
                            + " are those of queues of dead letters");
        }
    }

    private Destination create(DestinationKind kind, String name, DestinationOptions wanted) {
        DestinationCreated created = new DestinationCreated(nextNumber(), kind, name, wanted.encode());
        created.put(recorder.begin(true, RecordType.DESTINATION_CREATED, 0));
        recorder.end();
        return created(name);
    }

    /** Makes a temporary destination of the connection, unless it has it; what others have sent there is its own. */
    private void own(ClientConnection c, DestinationKind kind, String name) {
        Destination destination = destinations.find(name);
        if (destination == null) {
            destination = createTemporary(kind, name);
        } else if (destination.owner() != null) {
            return;
        }
        destination.owner(c);
        c.temporaries().add(destination);
        awaited.claimed(name);
    }

    private Destination createTemporary(DestinationKind kind, String name) {
        DestinationCreated created = new DestinationCreated(
                nextVolatileNumber(), kind, name, options.destinationDefaults().encode());
        created.put(recorder.begin(false, RecordType.DESTINATION_CREATED, 0));
        recorder.end();
        return created(name);
    }

    private Destination created(String name) {
        Destination destination = destinations.find(name);
        if (destination == null) {
            throw new IllegalStateException("destination " + name + " is not there after its record was applied");
        }
        return destination;
    }

    private static String temporaryPrefix(UUID connection) {
        return Names.TEMPORARY_PREFIX
                + String.format(
                        Locale.ROOT,
                        "%016x%016x.",
                        connection.getMostSignificantBits(),
                        connection.getLeastSignificantBits());
    }

    private static String text(DestinationKind kind) {
        return switch (kind) {
            case QUEUE -> "queue";
            case TOPIC -> "topic";
            case TEMPORARY_QUEUE -> "temporary queue";
            case TEMPORARY_TOPIC -> "temporary topic";
        };
    }
}
