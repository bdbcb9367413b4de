// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Objects that are of no class of this provider, as another provider's are. */
final class Foreign {

    private Foreign() {}

    /** A message of an unknown class with everything that {@code own} has. */
    static <T extends Message> T message(Class<T> type, T own) {
        return type.cast(Proxy.newProxyInstance(
                Foreign.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(own, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    static Queue queue(String name) {
        return new Queue() {
            @Override
            public String getQueueName() {
                return name;
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    static Topic topic(String name) {
        return new Topic() {
            @Override
            public String getTopicName() {
                return name;
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    static TemporaryQueue temporaryQueue(String name) {
        return new TemporaryQueue() {
            @Override
            public String getQueueName() {
                return name;
            }

            @Override
            public void delete() {}
        };
    }
}
