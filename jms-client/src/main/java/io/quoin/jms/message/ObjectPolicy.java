// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which classes may be made from the body of a received object message: those of an allow-list, and none without one.
 * Deserialization of bytes from others can run code of any class that it names, so that whoever sends them would rule the
 * JVM.
 *
 * <p>Thread: any; immutable.
 */
public final class ObjectPolicy {

    /** No object of others is read. */
    public static final ObjectPolicy NOTHING = new ObjectPolicy("");

    /** What almost every object has inside it, and what can do no harm. */
    private static final String ALWAYS = "java.lang.String;java.lang.Number;java.lang.Byte;java.lang.Short;"
            + "java.lang.Integer;java.lang.Long;java.lang.Float;java.lang.Double;java.lang.Boolean;java.lang.Character;"
            + "java.lang.Enum;java.lang.Object;";

    /** A message has at most about a mebibyte: deeper nesting is an attack on the stack. */
    private static final String LIMITS = "maxdepth=200;";

    /** So long an array may be in the shortest message: what collections make room for at first. */
    private static final int ARRAY_ALWAYS = 1_024;

    private final String patterns;
    private final @Nullable ObjectInputFilter filter;

    private ObjectPolicy(String patterns) {
        this.patterns = patterns;
        this.filter = patterns.isEmpty()
                ? null
                : ObjectInputFilter.Config.createFilter(LIMITS + ALWAYS + patterns.replace(',', ';') + ";!*");
    }

    /**
     * The policy that allows the classes of a list like {@code java.util.*,com.acme.orders.**}: a class, all of a package
     * with {@code *}, those below it as well with {@code **}.
     *
     * @throws IllegalArgumentException if a pattern cannot be read
     */
    public static ObjectPolicy allowing(@Nullable String patterns) {
        if (patterns == null || patterns.isBlank()) {
            return NOTHING;
        }
        String trimmed = String.join(
                ",",
                Arrays.stream(patterns.split(",", -1))
                        .map(String::trim)
                        .filter(p -> !p.isEmpty())
                        .toList());
        if (trimmed.chars().anyMatch(c -> c == '=' || c == '!' || c == ';')) {
            throw new IllegalArgumentException(
                    "objectMessageAllow lists classes and packages to allow, and nothing else: " + patterns);
        }
        return new ObjectPolicy(trimmed);
    }

    /** Makes the object of a received message. */
    Object readReceived(byte[] bytes) throws JMSException {
        ObjectInputFilter allowed = filter;
        if (allowed == null) {
            throw JmsErrors.of(
                    ErrorCode.CLASS_NOT_ALLOWED,
                    "The body of the received object message was not read, because objectMessageAllow names no class");
        }
        try (FilteredInput in = new FilteredInput(bytes, withoutBombs(allowed, bytes.length), null)) {
            return in.readObject();
        } catch (InvalidClassException e) {
            throw JmsErrors.of(
                    ErrorCode.CLASS_NOT_ALLOWED,
                    "The body of the received object message was not read (" + e.getMessage()
                            + "); objectMessageAllow names " + patterns,
                    e);
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
            throw unreadable(e);
        }
    }

    /** Refuses arrays that say that they are longer than the message could hold: they would fill the memory first. */
    private static ObjectInputFilter withoutBombs(ObjectInputFilter filter, int bytes) {
        long elementsMax = Math.max(ARRAY_ALWAYS, 4L * bytes);
        return info -> info.arrayLength() > elementsMax ? ObjectInputFilter.Status.REJECTED : filter.checkInput(info);
    }

    /**
     * Makes a copy of an object that this application itself put into a message.
     *
     * @param loader where its class came from; null for the JVM itself
     */
    static Object readOwn(byte[] bytes, @Nullable ClassLoader loader) throws JMSException {
        try (FilteredInput in = new FilteredInput(bytes, info -> ObjectInputFilter.Status.UNDECIDED, loader)) {
            return in.readObject();
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
            throw unreadable(e);
        }
    }

    private static JMSException unreadable(Throwable e) {
        return JmsErrors.of(ErrorCode.CONVERSION, "The body of the object message cannot be made an object: " + e, e);
    }

    /**
     * Looks for classes where the object's own came from, if that is known, then where the application's thread does, then where
     * the client itself comes from.
     */
    private static final class FilteredInput extends ObjectInputStream {

        private final @Nullable ClassLoader first;

        FilteredInput(byte[] bytes, ObjectInputFilter filter, @Nullable ClassLoader first) throws IOException {
            super(new ByteArrayInputStream(bytes));
            this.first = first;
            setObjectInputFilter(filter);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            Class<?> found = find(description.getName(), first);
            if (found == null) {
                found = find(description.getName(), Thread.currentThread().getContextClassLoader());
            }
            return found == null ? super.resolveClass(description) : found;
        }

        private static @Nullable Class<?> find(String name, @Nullable ClassLoader loader) {
            if (loader == null) {
                return null;
            }
            try {
                return Class.forName(name, false, loader);
            } catch (ClassNotFoundException e) {
                return null;
            }
        }
    }
}
