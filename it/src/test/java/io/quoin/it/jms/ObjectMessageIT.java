// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Objects as bodies (Messaging 3.1 §3.11.4, §3.11.5): rule 45. */
class ObjectMessageIT extends JmsCase {

    /** What an application might send. */
    public record Order(String id, List<Integer> lines, Date on) implements Serializable {}

    private static ObjectMessage trip(String allow, Serializable object) {
        QuoinConnectionFactory factory = factory();
        factory.setObjectMessageAllow(allow);
        try (JMSContext context = factory.createContext()) {
            Queue queue = context.createQueue(name("q"));
            context.createProducer().send(queue, object);
            return (ObjectMessage) context.createConsumer(queue).receive(SOON_MS);
        }
    }

    private static Order order() {
        return new Order("1", new ArrayList<>(List.of(1, 2)), new Date(0));
    }

    @Test
    void rule45NothingIsReadUnlessItIsAllowed() throws Exception {
        ObjectMessage refused = trip(null, order());
        assertThat(catchThrowable(refused::getObject))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("objectMessageAllow");
        assertThat(refused.isBodyAssignableTo(Order.class)).isFalse();
        ObjectMessage partly = trip(Order.class.getName(), order());
        assertThat(catchThrowable(partly::getObject))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("objectMessageAllow");

        String folder = Order.class.getPackageName();
        for (String allow : List.of(
                Order.class.getName() + ", java.util.ArrayList,java.util.Date",
                folder + ".*,java.util.*",
                "io.quoin.**,java.**")) {
            ObjectMessage read = trip(allow, order());
            assertThat(read.getObject()).isEqualTo(order());
            assertThat(read.getBody(Order.class)).isEqualTo(order());
            assertThat(read.isBodyAssignableTo(Serializable.class)).isTrue();
        }
        assertThat(trip("java.util.*", new String[] {"arrays", "too"}).getBody(String[].class))
                .containsExactly("arrays", "too");
        assertThat(trip(null, null).getObject()).isNull();
    }

    @Test
    void rule45TheObjectIsCopiedWhenItIsSetAndWhenItIsRead() throws Exception {
        JMSContext context = context();
        ArrayList<String> list = new ArrayList<>(List.of("a"));
        ObjectMessage message = context.createObjectMessage(list);
        list.add("b");
        assertThat(message.getObject()).isEqualTo(List.of("a"));
        List<?> read = message.getBody(List.class);
        assertThat((Object) read).isNotSameAs(message.getObject());
        message.setObject(list);
        assertThat(message.getObject()).isEqualTo(List.of("a", "b"));
        message.setObject(null);
        assertThat(message.getObject()).isNull();

        Queue queue = context.createQueue(name("q"));
        message.setObject(list);
        context.createProducer().send(queue, message);
        ObjectMessage received = (ObjectMessage) context.createConsumer(queue).receive(SOON_MS);
        allThrow(MessageNotWriteableException.class, () -> received.setObject("x"));
        received.clearBody();
        assertThat(received.getObject()).isNull();
        received.setObject("x");
        assertThat(received.getObject()).isEqualTo("x");
    }

    @Test
    void rule45WhatCannotBeSerializedIsRefusedAtOnce() throws Exception {
        JMSContext context = context();
        ObjectMessage message = context.createObjectMessage();
        Throwable thrown = catchThrowable(() -> message.setObject(new HashMap<>(Map.of("k", new Object()))));
        assertThat(thrown)
                .isInstanceOf(MessageFormatException.class)
                .hasRootCauseInstanceOf(NotSerializableException.class);
        allThrow(
                jakarta.jms.MessageFormatRuntimeException.class,
                () -> context.createObjectMessage(new ArrayList<>(List.of(new Object()))));
        assertThat(message.getObject()).isNull();
    }

    /** Loads {@link Order} itself, as a web application does that has the class in its archive. */
    private static final class OwnClasses extends ClassLoader {

        OwnClasses() {
            super(ObjectMessageIT.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Order.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void rule45ClassesAreLookedForWhereTheApplicationsThreadDoes() throws Exception {
        ObjectMessage received = trip("io.quoin.**,java.util.*", order());
        assertThat(received.getObject()).isInstanceOf(Order.class);
        OwnClasses own = new OwnClasses();
        Object read = in(own, received::getObject);
        assertThat(read.getClass().getName()).isEqualTo(Order.class.getName());
        assertThat(read.getClass().getClassLoader()).isSameAs(own);
    }

    @Test
    void rule45AnOwnObjectIsCopiedWithItsOwnClass() throws Exception {
        OwnClasses own = new OwnClasses();
        Class<?> type = own.loadClass(Order.class.getName());
        Serializable order =
                (Serializable) type.getConstructors()[0].newInstance("1", new ArrayList<>(List.of(1)), new Date(0));
        ObjectMessage message = context().createObjectMessage(order);
        assertThat(message.getObject())
                .as("whatever the thread's class loader is")
                .isEqualTo(order);
        assertThat((Object) message.getBody(Serializable.class)).isInstanceOf(type);
    }

    private interface Read {
        Object read() throws JMSException;
    }

    private static Object in(ClassLoader loader, Read read) throws JMSException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return read.read();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
