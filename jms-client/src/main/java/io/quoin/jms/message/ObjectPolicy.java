// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.InputStream;
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

    public static final ObjectPolicy NOTHING = new ObjectPolicy("");

    /** What almost every object has inside it, and what can do no harm. */
    private static final String ALWAYS = "java.lang.String;java.lang.Number;java.lang.Byte;java.lang.Short;"
            + "java.lang.Integer;java.lang.Long;java.lang.Float;java.lang.Double;java.lang.Boolean;java.lang.Character;"
            + "java.lang.Enum;java.lang.Object;";

    /** A message has at most about a mebibyte: deeper nesting is an attack on the stack. */
    private static final String LIMITS = "maxdepth=200;";

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
    Object readReceived(InputStream bytes) throws JMSException {
        if (filter == null) {
            throw JmsErrors.of(
                    ErrorCode.CLASS_NOT_ALLOWED,
                    "The body of the received object message was not read, because objectMessageAllow names no class");
        }
        try (FilteredInput in = new FilteredInput(bytes, filter)) {
            return in.readObject();
        } catch (InvalidClassException e) {
            throw JmsErrors.of(
                    ErrorCode.CLASS_NOT_ALLOWED,
                    "The body of the received object message was not read (" + e.getMessage()
                            + "); objectMessageAllow names " + patterns,
                    e);
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    /** Makes a copy of an object that this application itself put into a message. */
    static Object readOwn(InputStream bytes) throws JMSException {
        try (FilteredInput in = new FilteredInput(bytes, info -> ObjectInputFilter.Status.UNDECIDED)) {
            return in.readObject();
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            throw unreadable(e);
        }
    }

    private static JMSException unreadable(Exception e) {
        return JmsErrors.of(ErrorCode.CONVERSION, "The body of the object message cannot be made an object: " + e, e);
    }

    /** Looks for classes where the application's thread does, then where the client itself comes from. */
    private static final class FilteredInput extends ObjectInputStream {

        FilteredInput(InputStream in, ObjectInputFilter filter) throws IOException {
            super(in);
            setObjectInputFilter(filter);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            if (loader != null) {
                try {
                    return Class.forName(description.getName(), false, loader);
                } catch (ClassNotFoundException e) {
                    return super.resolveClass(description);
                }
            }
            return super.resolveClass(description);
        }
    }
}
