// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.Resolution;
import io.quoin.protocol.message.MessageId;
import io.quoin.server.model.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What administrators see of messages in doubt, and how they decide them.
 *
 * <p>Thread: confined to the owner of the group.
 */
public final class DoubtAdministration {

    private final Destinations destinations;
    private final Subscriptions subscriptions;
    private final Doubts doubts;

    DoubtAdministration(Destinations destinations, Subscriptions subscriptions, Doubts doubts) {
        this.destinations = destinations;
        this.subscriptions = subscriptions;
        this.doubts = doubts;
    }

    /**
     * Messages in doubt.
     *
     * @param name of a queue, or of a durable subscription; null for all
     * @throws Refusal if there is none of that name
     */
    public List<DoubtInfo> list(@Nullable String name) throws Refusal {
        return doubts.list(name == null ? null : source(name));
    }

    /**
     * Decides a message in doubt.
     *
     * @param name of its queue or durable subscription
     * @throws Refusal if it is not in doubt there
     */
    public void resolve(String name, String messageId, Resolution resolution) throws Refusal {
        Source source = source(name);
        MessageId id = MessageId.parse(messageId);
        if (id == null) {
            throw new Refusal(ErrorCode.NOT_IN_DOUBT, "'" + messageId + "' is no message id");
        }
        doubts.resolve(source, id, resolution);
    }

    /**
     * Decides all that is in doubt in a queue or durable subscription, but for what is being delivered to find out.
     *
     * @return how many messages that were
     * @throws Refusal if there is none of that name
     */
    public int resolveAll(String name, Resolution resolution) throws Refusal {
        return doubts.resolveAll(source(name), resolution);
    }

    /** Time-outs that are kept, with some of what has been decided. */
    int awaitedTimeouts() {
        return doubts.awaitedTimeouts();
    }

    private Source source(String name) throws Refusal {
        if (destinations.find(name) instanceof Queue queue) {
            return queue;
        }
        for (Subscription subscription : subscriptions.durable()) {
            if (name.equals(subscription.subscribed().name())) {
                return subscription;
            }
        }
        throw new Refusal(ErrorCode.UNKNOWN_DESTINATION, "There is no queue or durable subscription '" + name + "'");
    }
}
