// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.core.queue.MessageFilter;
import io.quoin.server.core.queue.MessageQueue;
import io.quoin.server.core.selector.Selector;
import io.quoin.server.core.selector.SelectorException;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.Removed;
import io.quoin.server.model.SendRecord;
import io.quoin.server.model.Subscribed;
import io.quoin.server.model.TopicPattern;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes consumers, and the subscriptions behind them.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Consuming {

    private final DestinationResolver resolver;
    private final Subscriptions subscriptions;
    private final Recorder recorder;
    private final Settlement settlement;
    private final ReadySources ready;
    private final MessageReader reader;
    private final HandOut handOut;
    private final Recalls recalls;
    private final Exclusivity exclusivity;
    private final SubscriptionExpiry expiry;
    private final AwaitedConsumers awaited;

    Consuming(
            DestinationResolver resolver,
            Subscriptions subscriptions,
            Recorder recorder,
            Settlement settlement,
            ReadySources ready,
            MessageReader reader,
            HandOut handOut,
            Recalls recalls,
            Exclusivity exclusivity,
            SubscriptionExpiry expiry,
            AwaitedConsumers awaited) {
        this.resolver = resolver;
        this.subscriptions = subscriptions;
        this.recorder = recorder;
        this.settlement = settlement;
        this.ready = ready;
        this.reader = reader;
        this.handOut = handOut;
        this.recalls = recalls;
        this.exclusivity = exclusivity;
        this.expiry = expiry;
        this.awaited = awaited;
    }

    /**
     * Opens a consumer. Returns whether it depends on something that was recorded now, or perhaps a moment ago: a durable
     * subscription that another consumer has just made has to be durable for this one too. A queue or topic that its use
     * creates is not waited for: its record precedes all that depends on it.
     */
    boolean open(ClientConnection c, ClientSession session, Frame.ConsumerOpen f) throws Refusal {
        if (c.consumers().get(f.consumer()) != null) {
            throw new Refusal(ErrorCode.CONSUMER_UNKNOWN, "The connection has a consumer " + f.consumer() + " already");
        }
        Selector selector = parse(f.selector());
        Source source;
        MessageFilter filter = null;
        TopicPattern pattern = resolver.pattern(c, f.alias());
        if (pattern != null) {
            source = subscribe(c, subject(c, f.alias(), pattern), f, selector);
        } else if (resolve(c, f.alias()) instanceof Topic topic) {
            source = subscribe(c, subject(topic), f, selector);
        } else {
            source = (Queue) resolver.resolve(c, f.alias());
            filter = selector.matchesAll() ? null : reader.filter(selector);
            checkRoom(source, filter);
        }
        boolean exclusive = (f.flags() & FrameFlags.CONSUMER_EXCLUSIVE) != 0;
        Consumer consumer = new Consumer(session, f.consumer(), source, filter, f.priority(), exclusive);
        c.consumers().put(f.consumer(), consumer);
        session.consumers().add(consumer);
        source.consumers().add(consumer);
        recalls.consumersChanged(source);
        expiry.consumersChanged(source);
        awaited.consuming(consumer);
        Exclusivity.joining(consumer);
        consumer.attach();
        consumer.credit(f.limitMessages(), f.limitBytes());
        exclusivity.review(source);
        handOut.renew(source, recorder);
        ready.add(source);
        return (f.flags() & FrameFlags.CONSUMER_DURABLE) != 0;
    }

    private Destination resolve(ClientConnection c, int alias) throws Refusal {
        Destination destination = resolver.resolve(c, alias);
        if (destination.owner() != null && destination.owner() != c) {
            throw new Refusal(
                    ErrorCode.TEMPORARY_NOT_OWNED,
                    destination.name() + " is another connection's: only that one may consume from it");
        }
        return destination;
    }

    private static void checkRoom(Source source, @Nullable MessageFilter filter) throws Refusal {
        if (!source.messages().takes(filter)) {
            throw new Refusal(
                    ErrorCode.TOO_MANY,
                    source.description() + " has consumers with " + MessageQueue.SELECTORS_MAX
                            + " different selectors, which is the limit");
        }
    }

    /** What the client has not handed out goes back uncounted; what it has stays the session's. */
    void close(Consumer consumer, long handedOut) {
        consumer.handedOut(handedOut);
        leave(consumer);
        settlement.giveBack(
                consumer, consumer.handedOut() + 1, consumer.deliveries().last(), false);
        forgetIfSettled(consumer);
        endIfUnused(consumer.source());
    }

    /** The consumer gets nothing more; what it holds is the caller's business. */
    void leave(Consumer consumer) {
        if (!consumer.isClosed()) {
            consumer.closed();
            consumer.detach();
            Source source = consumer.source();
            source.consumers().remove(consumer);
            recalls.consumersChanged(source);
            expiry.consumersChanged(source);
            if (consumer.drainRequest() != 0) {
                source.draining(-1);
                consumer.drainRequest(0);
            }
            exclusivity.review(source);
            ready.add(source);
        }
    }

    /** A closed consumer of which nothing is out is no more. */
    static void forgetIfSettled(Consumer consumer) {
        if (consumer.isClosed() && consumer.deliveries().count() == 0) {
            ClientSession session = consumer.session();
            session.consumers().remove(consumer);
            session.connection().consumers().remove(consumer.number());
        }
    }

    /** A non-durable subscription ends with its last consumer. */
    void endIfUnused(Source source) {
        if (source instanceof Subscription subscription
                && !subscription.isDurable()
                && !subscription.isGone()
                && subscription.consumers().isEmpty()) {
            unsubscribe(subscription);
        }
    }

    /** Ends a durable subscription by its name. */
    void unsubscribe(ClientConnection c, String name) throws Refusal {
        Subscription subscription = subscriptions.find(new SubscriptionKey(true, c.clientId(), name));
        if (subscription == null) {
            throw new Refusal(
                    ErrorCode.SUBSCRIPTION_UNKNOWN, "There is no durable subscription " + name + of(c.clientId()));
        }
        fenceLost(subscription.consumers());
        if (!subscription.consumers().isEmpty() || subscription.out() > 0) {
            throw new Refusal(
                    ErrorCode.SUBSCRIPTION_ACTIVE,
                    subscription.description() + " has "
                            + subscription.consumers().size() + " consumers and "
                            + subscription.out() + " messages that are not acknowledged");
        }
        unsubscribe(subscription);
    }

    static Selector parse(@Nullable String text) throws Refusal {
        try {
            return Selector.parse(text);
        } catch (SelectorException e) {
            throw new Refusal(ErrorCode.INVALID_SELECTOR, String.valueOf(e.getMessage()));
        }
    }

    /**
     * What a subscription is of: a topic, or the topics that a pattern matches.
     *
     * @param topic number of the topic, 0 for a pattern
     * @param declared options that came with a pattern, or null
     */
    private record Subject(
            int topic,
            @Nullable TopicPattern pattern,
            String name,
            @Nullable String declared,
            List<Topic> topics) {}

    private static Subject subject(Topic topic) {
        return new Subject(topic.number(), null, topic.name(), null, List.of(topic));
    }

    private Subject subject(ClientConnection c, int alias, TopicPattern pattern) throws Refusal {
        String declared = DestinationResolver.binding(c, alias).declaredOptions();
        return new Subject(0, pattern, pattern.text(), declared, resolver.topics(pattern));
    }

    private Subscription subscribe(ClientConnection c, Subject subject, Frame.ConsumerOpen f, Selector selector)
            throws Refusal {
        boolean durable = (f.flags() & FrameFlags.CONSUMER_DURABLE) != 0;
        boolean shared = (f.flags() & FrameFlags.CONSUMER_SHARED) != 0;
        boolean noLocal = (f.flags() & FrameFlags.CONSUMER_NO_LOCAL) != 0;
        String name = durable || shared ? f.subscription() : null;
        checkLegal(c, subject, durable, shared, name);
        TopicPattern pattern = subject.pattern();
        Subscribed wanted = new Subscribed(
                0,
                subject.topic(),
                durable,
                shared,
                noLocal,
                c.clientId(),
                name,
                selector.normalizedText(),
                pattern == null ? null : pattern.text(),
                pattern == null ? null : resolver.options(subject.declared()).encode());
        SubscriptionKey key = SubscriptionKey.of(wanted);
        Subscription existing = key == null ? null : subscriptions.find(key);
        if (existing != null) {
            fenceLost(shared ? List.of() : existing.consumers());
            if (isSame(existing.subscribed(), wanted)) {
                checkFree(existing);
                existing.options().checkSame(existing.description(), subject.declared());
                return existing;
            }
            checkReplaceable(existing, wanted, (f.flags() & FrameFlags.CONSUMER_KEEP_BACKLOG) != 0);
            unsubscribe(existing);
        }
        return create(c, wanted);
    }

    private static void checkLegal(
            ClientConnection c, Subject subject, boolean durable, boolean shared, @Nullable String name)
            throws Refusal {
        if ((durable || shared) && (name == null || name.isEmpty())) {
            throw new Refusal(
                    ErrorCode.INVALID_NAME, "A durable or shared subscription of " + subject.name() + " needs a name");
        }
        if (durable && !shared && c.clientId() == null) {
            throw new Refusal(
                    ErrorCode.CLIENT_ID_MISSING,
                    "The unshared durable subscription " + name + " of topic " + subject.name() + " needs a client id");
        }
        for (Topic topic : subject.topics()) {
            checkLegal(topic, durable, name);
        }
    }

    private static void checkLegal(Topic topic, boolean durable, @Nullable String name) throws Refusal {
        if (durable && topic.kind().isTemporary()) {
            throw new Refusal(
                    ErrorCode.DESTINATION_KIND_MISMATCH,
                    "The subscription " + name + " cannot be durable: " + topic.name() + " is a temporary topic");
        }
        if (topic.durableFiltered() + topic.nonDurableFiltered() >= SendRecord.MAX_FILTERED) {
            throw new Refusal(
                    ErrorCode.TOO_MANY,
                    "Topic " + topic.name() + " has " + SendRecord.MAX_FILTERED
                            + " subscriptions with a selector or noLocal, which is the limit");
        }
    }

    private static boolean isSame(Subscribed one, Subscribed other) {
        return one.topic() == other.topic()
                && Objects.equals(one.pattern(), other.pattern())
                && one.shared() == other.shared()
                && one.noLocal() == other.noLocal()
                && one.selector().equals(other.selector());
    }

    /** An unshared subscription has one consumer at a time. */
    private static void checkFree(Subscription existing) throws Refusal {
        if (!existing.subscribed().shared() && !existing.consumers().isEmpty()) {
            throw new Refusal(ErrorCode.SUBSCRIPTION_ACTIVE, existing.description() + " has a consumer already");
        }
    }

    /** Only a subscription that nobody uses is replaced by another of its name (Messaging 3.1 §8.3). */
    private static void checkReplaceable(Subscription existing, Subscribed wanted, boolean keepsBacklog)
            throws Refusal {
        Subscribed old = existing.subscribed();
        if (old.shared() != wanted.shared()) {
            throw new Refusal(
                    ErrorCode.SUBSCRIPTION_MISMATCH,
                    existing.description() + " is " + (old.shared() ? "shared" : "unshared"));
        }
        if (!existing.consumers().isEmpty() || existing.out() > 0) {
            throw new Refusal(
                    ErrorCode.SUBSCRIPTION_MISMATCH,
                    existing.description() + " is in use with selector '" + old.selector() + "' and noLocal="
                            + old.noLocal());
        }
        if (keepsBacklog && existing.messages().depth() > 0) {
            throw new Refusal(
                    ErrorCode.SUBSCRIPTION_MISMATCH,
                    existing.description() + " has " + existing.messages().depth() + " messages with selector '"
                            + old.selector() + "' and noLocal=" + old.noLocal()
                            + ", and was to be kept while it has some");
        }
    }

    private Subscription create(ClientConnection c, Subscribed wanted) {
        boolean durable = wanted.durable();
        Subscribed subscribed = wanted.numbered(durable ? resolver.nextNumber() : resolver.nextVolatileNumber());
        subscribed.put(recorder.begin(durable, RecordType.SUBSCRIBED, 0));
        recorder.end();
        Subscription subscription = subscriptions.get(subscribed.number());
        if (!durable && !wanted.shared()) {
            subscription.connection(c);
        }
        return subscription;
    }

    private void unsubscribe(Subscription subscription) {
        Removed.put(recorder.begin(subscription.isDurable(), RecordType.UNSUBSCRIBED, 0), subscription.number());
        recorder.end();
    }

    /** Whoever asks takes over from consumers whose connection is gone. */
    private void fenceLost(List<Consumer> consumers) {
        for (Consumer consumer : List.copyOf(consumers)) {
            if (consumer.session().isSuspended()) {
                leave(consumer);
                settlement.giveBackLost(consumer);
                forgetIfSettled(consumer);
            }
        }
    }

    private static String of(@Nullable String clientId) {
        return clientId == null ? " without a client id" : " of client id " + clientId;
    }
}
