// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.destination;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.NearestName;
import jakarta.jms.InvalidDestinationException;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer of a destination wants for itself, written behind the destination's name:
 * {@code orders?consumer.priority=5}. The destination knows nothing of it, and a producer ignores it.
 *
 * @param priority 0 to 127: messages go to consumers of the highest priority that have credit
 * @param exclusive whether one consumer of those that want it gets all messages, and the others wait for its end
 * @param keepBacklog whether a durable subscription with another topic, selector or noLocal is left alone while it has messages
 */
public record ConsumerOptions(int priority, boolean exclusive, boolean keepBacklog) implements Serializable {

    /** What a consumer has that asks for nothing. */
    public static final ConsumerOptions NONE = new ConsumerOptions(0, false, false);

    private static final long serialVersionUID = 1L;

    private static final String PREFIX = "consumer.";
    private static final String PRIORITY = "consumer.priority";
    private static final String EXCLUSIVE = "consumer.exclusive";
    private static final String KEEP_BACKLOG = "consumer.keepBacklog";
    private static final int PRIORITY_MAX = 127;

    /**
     * Those among a destination's options, which are written {@code a=b&c=d}.
     *
     * @throws InvalidDestinationException if one is unknown or has a value that it cannot have
     */
    static ConsumerOptions among(@Nullable String options) throws InvalidDestinationException {
        ConsumerOptions found = NONE;
        for (String pair : pairs(options)) {
            if (pair.startsWith(PREFIX)) {
                int at = pair.indexOf('=');
                String name = at < 0 ? pair : pair.substring(0, at);
                found = found.with(name, at < 0 ? "" : pair.substring(at + 1));
            }
        }
        return found;
    }

    /** A destination's options without these; null if nothing is left. */
    static @Nullable String removedFrom(@Nullable String options) {
        StringBuilder rest = new StringBuilder();
        for (String pair : pairs(options)) {
            if (!pair.startsWith(PREFIX)) {
                rest.append(rest.length() == 0 ? "" : "&").append(pair);
            }
        }
        return rest.length() == 0 ? null : rest.toString();
    }

    /** A destination's options with these added; null if there are none. */
    public @Nullable String addedTo(@Nullable String options) {
        StringBuilder all = new StringBuilder(options == null ? "" : options);
        if (priority != NONE.priority) {
            all.append(all.length() == 0 ? "" : "&")
                    .append(PRIORITY)
                    .append('=')
                    .append(priority);
        }
        if (exclusive) {
            all.append(all.length() == 0 ? "" : "&").append(EXCLUSIVE).append("=true");
        }
        if (keepBacklog) {
            all.append(all.length() == 0 ? "" : "&").append(KEEP_BACKLOG).append("=true");
        }
        return all.length() == 0 ? null : all.toString();
    }

    private ConsumerOptions with(String name, String value) throws InvalidDestinationException {
        return switch (name) {
            case PRIORITY -> new ConsumerOptions(priority(value), exclusive, keepBacklog);
            case EXCLUSIVE -> new ConsumerOptions(priority, yesOrNo(name, value), keepBacklog);
            case KEEP_BACKLOG -> new ConsumerOptions(priority, exclusive, yesOrNo(name, value));
            default ->
                throw refused(
                        ErrorCode.UNKNOWN_DESTINATION_OPTION,
                        NearestName.unknown("consumer option", name, List.of(PRIORITY, EXCLUSIVE, KEEP_BACKLOG)));
        };
    }

    private static int priority(String value) throws InvalidDestinationException {
        try {
            int priority = Integer.parseInt(value);
            if (priority >= 0 && priority <= PRIORITY_MAX) {
                return priority;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw refused(
                ErrorCode.BAD_DESTINATION_OPTION,
                "The option " + PRIORITY + "=" + value + " is not a whole number from 0 to " + PRIORITY_MAX);
    }

    private static boolean yesOrNo(String name, String value) throws InvalidDestinationException {
        if (!value.equals("true") && !value.equals("false")) {
            throw refused(
                    ErrorCode.BAD_DESTINATION_OPTION,
                    "The option " + name + "=" + value + " is neither true nor false");
        }
        return value.equals("true");
    }

    private static InvalidDestinationException refused(ErrorCode code, String text) {
        return (InvalidDestinationException) JmsErrors.of(code, text);
    }

    private static List<String> pairs(@Nullable String options) {
        return options == null || options.isEmpty() ? List.of() : List.of(options.split("&", -1));
    }
}
