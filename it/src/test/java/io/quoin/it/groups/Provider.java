// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import jakarta.jms.ConnectionFactory;
import java.util.List;

/**
 * A provider of JMS, whichever.
 *
 * @param factory class of its connection factory, with a constructor that takes the URL
 * @param url where its server is
 * @param queue name of the queue, with what options it may need
 */
record Provider(String factory, String url, String queue) {
    /** The same server, reached by another URL. */
    Provider at(String otherUrl) {
        return new Provider(factory, otherUrl, queue);
    }

    ConnectionFactory connectionFactory() {
        try {
            return (ConnectionFactory)
                    Class.forName(factory).getConstructor(String.class).newInstance(url);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(factory + " cannot be made for " + url, e);
        }
    }

    List<String> arguments() {
        return List.of(factory, url, queue);
    }

    static Provider parse(String[] arguments) {
        return new Provider(arguments[0], arguments[1], arguments[2]);
    }
}
