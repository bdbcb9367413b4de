// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.destination;

import io.quoin.protocol.DestinationKind;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.Queue;
import org.jspecify.annotations.Nullable;

/** A queue by its name. */
public final class QuoinQueue extends QuoinDestination implements Queue {

    private static final long serialVersionUID = 1L;

    QuoinQueue(String name, @Nullable String options, ConsumerOptions consumerOptions) {
        super(name, options, consumerOptions);
    }

    /**
     * The queue with that name; options may follow a question mark, like {@code orders?groupSlots=1024}.
     *
     * @throws InvalidDestinationException if the name is null or not allowed, or a consumer's option is unknown
     */
    public static QuoinQueue named(@Nullable String name) throws InvalidDestinationException {
        String checked = checkedName(name);
        String options = name == null ? null : optionsOf(name);
        return new QuoinQueue(checked, ConsumerOptions.removedFrom(options), ConsumerOptions.among(options));
    }

    @Override
    public String getQueueName() {
        return name();
    }

    @Override
    public DestinationKind kind() {
        return DestinationKind.QUEUE;
    }
}
