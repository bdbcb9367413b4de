// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.destination;

import jakarta.jms.Destination;
import jakarta.jms.Queue;
import jakarta.resource.spi.AdministeredObject;
import jakarta.resource.spi.ConfigProperty;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A queue as an administered object of an application server. Its one property is the {@code name}, with options after a
 * {@code ?} if it is to have some.
 *
 * <p>Thread: any, once the application server has set its name.
 */
@AdministeredObject(adminObjectInterfaces = {Queue.class, Destination.class})
public final class AdministeredQueue extends AdministeredDestination implements Queue {

    private static final long serialVersionUID = 1L;

    /** Without a name, which the application server sets. */
    public AdministeredQueue() {}

    /** The name of the queue, with its options. */
    @Override
    public @Nullable String getName() {
        return super.getName();
    }

    /** Sets {@link #getName}. */
    @Override
    @ConfigProperty(description = "Name of the queue")
    public void setName(@Nullable String value) {
        super.setName(value);
    }

    @Override
    public @Nullable String getQueueName() {
        return getName();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AdministeredQueue that && Objects.equals(getName(), that.getName());
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(getName());
    }
}
