// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.destination;

import io.quoin.protocol.DestinationKind;
import jakarta.jms.JMSException;
import jakarta.jms.TemporaryTopic;
import org.jspecify.annotations.Nullable;

/** A temporary topic: it lives as long as the connection that created it, or until it is deleted. */
public final class QuoinTemporaryTopic extends QuoinDestination implements TemporaryTopic, TemporaryDestination {

    private static final long serialVersionUID = 1L;

    /** The connection that created it; null in other processes and in messages. */
    private final transient @Nullable TemporaryOwner owner;

    /** The temporary topic of that name; the owner is null in other processes and in messages. */
    public QuoinTemporaryTopic(String name, @Nullable TemporaryOwner owner) {
        super(name, null, ConsumerOptions.NONE);
        this.owner = owner;
    }

    @Override
    public String getTopicName() {
        return name();
    }

    @Override
    public DestinationKind kind() {
        return DestinationKind.TEMPORARY_TOPIC;
    }

    @Override
    public @Nullable TemporaryOwner owner() {
        return owner;
    }

    @Override
    public void delete() throws JMSException {
        TemporaryDestination.delete(this, owner);
    }
}
