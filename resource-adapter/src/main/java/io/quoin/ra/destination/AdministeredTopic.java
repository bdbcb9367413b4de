// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.destination;

import jakarta.jms.Destination;
import jakarta.jms.Topic;
import jakarta.resource.spi.AdministeredObject;
import jakarta.resource.spi.ConfigProperty;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A topic as an administered object of an application server. Its one property is the {@code name}, with options after a
 * {@code ?} if it is to have some.
 *
 * <p>Thread: any, once the application server has set its name.
 */
@AdministeredObject(adminObjectInterfaces = {Topic.class, Destination.class})
public final class AdministeredTopic extends AdministeredDestination implements Topic {

    private static final long serialVersionUID = 1L;

    /** Without a name, which the application server sets. */
    public AdministeredTopic() {}

    /** The name of the topic, with its options. */
    @Override
    public @Nullable String getName() {
        return super.getName();
    }

    /** Sets {@link #getName}. */
    @Override
    @ConfigProperty(description = "Name of the topic")
    public void setName(@Nullable String value) {
        super.setName(value);
    }

    @Override
    public @Nullable String getTopicName() {
        return getName();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AdministeredTopic that && Objects.equals(getName(), that.getName());
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(getName());
    }
}
