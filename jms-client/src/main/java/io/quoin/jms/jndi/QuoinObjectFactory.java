// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.jndi;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinXAConnectionFactory;
import io.quoin.jms.destination.QuoinQueue;
import io.quoin.jms.destination.QuoinTemporaryQueue;
import io.quoin.jms.destination.QuoinTemporaryTopic;
import io.quoin.jms.destination.QuoinTopic;
import java.util.Hashtable;
import java.util.Objects;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/** Makes factories and destinations from the references that a name service has kept of them. */
public final class QuoinObjectFactory implements ObjectFactory {

    private static final String URI = "uri";
    private static final String NAME = "name";

    @Override
    @SuppressWarnings("JdkObsolete") // the interface's type
    public @Nullable Object getObjectInstance(
            @Nullable Object object,
            @Nullable Name name,
            @Nullable Context context,
            @Nullable Hashtable<?, ?> environment)
            throws Exception {
        if (!(object instanceof Reference reference)) {
            return null;
        }
        String type = reference.getClassName();
        if (type.equals(QuoinConnectionFactory.class.getName())) {
            return fill(new QuoinConnectionFactory(text(reference, URI)), reference);
        } else if (type.equals(QuoinXAConnectionFactory.class.getName())) {
            return fill(new QuoinXAConnectionFactory(text(reference, URI)), reference);
        } else if (type.equals(QuoinQueue.class.getName())) {
            return QuoinQueue.named(text(reference, NAME));
        } else if (type.equals(QuoinTopic.class.getName())) {
            return QuoinTopic.named(text(reference, NAME));
        } else if (type.equals(QuoinTemporaryQueue.class.getName())) {
            return new QuoinTemporaryQueue(text(reference, NAME), null);
        } else if (type.equals(QuoinTemporaryTopic.class.getName())) {
            return new QuoinTemporaryTopic(text(reference, NAME), null);
        }
        return null;
    }

    private static QuoinConnectionFactory fill(QuoinConnectionFactory factory, Reference reference) {
        for (int i = 0; i < reference.size(); i++) {
            RefAddr option = reference.get(i);
            if (!option.getType().equals(URI)) {
                factory.setOption(option.getType(), text(reference, option.getType()));
            }
        }
        return factory;
    }

    private static String text(Reference reference, String type) {
        RefAddr address = Objects.requireNonNull(reference.get(type), () -> "The reference has no " + type);
        return address.getContent().toString();
    }
}
