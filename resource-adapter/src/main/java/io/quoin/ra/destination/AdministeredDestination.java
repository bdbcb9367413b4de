// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.destination;

import jakarta.jms.Destination;
import jakarta.resource.Referenceable;
import java.io.Serializable;
import javax.naming.NamingException;
import javax.naming.Reference;
import org.jspecify.annotations.Nullable;

/** What queues and topics have in common. The client takes one by its name. */
abstract class AdministeredDestination implements Destination, Referenceable, Serializable {

    private static final long serialVersionUID = 1L;

    private @Nullable String name;
    private @Nullable Reference reference;

    public @Nullable String getName() {
        return name;
    }

    public void setName(@Nullable String value) {
        name = value;
    }

    @Override
    public void setReference(@Nullable Reference to) {
        reference = to;
    }

    @Override
    public Reference getReference() throws NamingException {
        if (reference == null) {
            throw new NamingException("The application server has bound " + name + " without a reference");
        }
        return reference;
    }

    @Override
    public final String toString() {
        return String.valueOf(name);
    }
}
