// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.NearestName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a destination, fixed when it is created.
 *
 * @param groupSlots slots that message groups are spread over, 1 to 65,536
 * @param maxDeliveries certain deliveries after which a message goes to the dead letters; 0 for no limit
 * @param redeliveryDelayMs how long a message that came back waits; 0 for not at all
 * @param expiryQueue where expired messages go; empty for nowhere
 * @param maxMessages waiting messages at which sends are refused; 0 for no limit
 * @param maxBytes bytes of waiting messages at which sends are refused; 0 for no limit
 * @param exclusive whether one consumer at a time gets everything, and the next one takes over when it is gone
 * @param subscriptionExpiryMs how long a durable subscription may be without a consumer before it is removed; 0 for ever
 * @param delivery whether delivery is strict, and what follows from it
 * @param redeliveryBackoff by what the delay is multiplied with each further delivery in vain, 1 to 10
 * @param redeliveryDelayMaxMs the most that the delay grows to
 * @param onGroupPoison what becomes of a message group whose first message has been delivered in vain too often
 * @param dedupWindowMs for how long a second message with the same id is recognised; 0 for not at all
 * @param dedupIds ids that are kept at most, 1 to 10,000,000; the oldest are forgotten first
 * @param groupKey the property that says which group a message is in; empty for {@code JMSXGroupID}
 */
public record DestinationOptions(
        int groupSlots,
        int maxDeliveries,
        long redeliveryDelayMs,
        String expiryQueue,
        long maxMessages,
        long maxBytes,
        boolean exclusive,
        long subscriptionExpiryMs,
        StrictOptions delivery,
        int redeliveryBackoff,
        long redeliveryDelayMaxMs,
        GroupPoison onGroupPoison,
        long dedupWindowMs,
        int dedupIds,
        String groupKey) {

    public static final DestinationOptions DEFAULT = new DestinationOptions(
            1024,
            10,
            0,
            "",
            0,
            0,
            false,
            0,
            StrictOptions.DEFAULT,
            1,
            3_600_000,
            GroupPoison.DLQ,
            600_000,
            100_000,
            "");

    /** A hundred years. */
    private static final long EXPIRY_MAX_MS = 100L * 365 * 86_400_000;

    /** A year. */
    private static final long DEDUP_WINDOW_MAX_MS = 365L * 86_400_000;

    /** In the order in which they are written. */
    private static final List<String> NAMES = List.of(
            "groupSlots",
            "maxDeliveries",
            "redeliveryDelay",
            "expiryQueue",
            "maxMessages",
            "maxBytes",
            "exclusive",
            "subscriptionExpiry",
            "delivery",
            "strictWindow",
            "onInDoubt",
            "inDoubtTimeout",
            "redeliveryBackoff",
            "redeliveryDelayMax",
            "onGroupPoison",
            "dedupWindow",
            "dedupIds",
            "groupKey");

    /** Those that count only where delivery is strict. */
    private static final Set<String> OF_STRICT = Set.of("strictWindow", "onInDoubt", "inDoubtTimeout");

    private static final String NOT_STRICT = "normal";
    private static final String STRICT = "strict";

    /** What a server can be told to give to new destinations that do not say otherwise. */
    public static DestinationOptions defaults(
            int groupSlots, int maxDeliveries, long redeliveryDelayMs, long subscriptionExpiryMs) {
        Draft draft = new Draft(DEFAULT);
        draft.groupSlots = groupSlots;
        draft.maxDeliveries = maxDeliveries;
        draft.redeliveryDelayMs = redeliveryDelayMs;
        draft.subscriptionExpiryMs = subscriptionExpiryMs;
        return draft.done();
    }

    /** How long a message waits that has been delivered in vain so often, ms. */
    public long redeliveryDelayMs(int deliveries) {
        long delay = redeliveryDelayMs;
        long most = Math.max(redeliveryDelayMs, redeliveryDelayMaxMs);
        for (int n = 1; n < deliveries && delay < most && redeliveryBackoff > 1; n++) {
            delay *= redeliveryBackoff;
        }
        return Math.min(delay, most);
    }

    /** These options, with those in {@code declared} ({@code a=b&c=d}, or null) instead. */
    public DestinationOptions with(@Nullable String declared) throws Refusal {
        DestinationOptions options = withAll(declared);
        options.checkOfUse(declared);
        return options;
    }

    private DestinationOptions withAll(@Nullable String encoded) throws Refusal {
        DestinationOptions options = this;
        for (String pair : pairs(encoded)) {
            options = options.with(nameOf(pair), valueOf(pair));
        }
        return options;
    }

    /** Refuses an option that means nothing without strict delivery where delivery is not strict. */
    private void checkOfUse(@Nullable String declared) throws Refusal {
        for (String pair : pairs(declared)) {
            if (!delivery.strict() && OF_STRICT.contains(nameOf(pair))) {
                throw new Refusal(
                        ErrorCode.BAD_DESTINATION_OPTION,
                        "Destination option " + pair
                                + " means nothing without delivery=strict: add that, or leave it out");
            }
        }
    }

    /** Refuses if an option in {@code declared} has another value here. */
    public void checkSame(String destination, @Nullable String declared) throws Refusal {
        for (String pair : pairs(declared)) {
            String name = nameOf(pair);
            String wanted = with(name, valueOf(pair)).value(name);
            if (!wanted.equals(value(name))) {
                throw new Refusal(
                        ErrorCode.OPTION_CONFLICT,
                        destination + " exists with " + name + "=" + value(name) + ", not " + name + "=" + wanted);
            }
        }
        checkOfUse(declared);
    }

    /** Every option with its value, as {@link #decode} reads it. */
    public String encode() {
        StringBuilder text = new StringBuilder();
        for (String name : NAMES) {
            text.append(text.length() == 0 ? "" : "&").append(name).append('=').append(value(name));
        }
        return text.toString();
    }

    /** Reads what {@link #encode} wrote. An option that a later version adds has its default. */
    public static DestinationOptions decode(String encoded) {
        try {
            return DEFAULT.withAll(encoded);
        } catch (Refusal e) {
            throw new IllegalStateException("a record has destination options that this version does not know", e);
        }
    }

    private DestinationOptions with(String name, String value) throws Refusal {
        Draft draft = new Draft(this);
        switch (name) {
            case "groupSlots" -> draft.groupSlots = (int) number(name, value, 1, 65_536);
            case "maxDeliveries" -> draft.maxDeliveries = (int) number(name, value, 0, 127);
            case "redeliveryDelay" -> draft.redeliveryDelayMs = duration(name, value, Integer.MAX_VALUE);
            case "expiryQueue" -> draft.expiryQueue = value.isEmpty() ? value : Names.check(value);
            case "maxMessages" -> draft.maxMessages = number(name, value, 0, Long.MAX_VALUE);
            case "maxBytes" -> draft.maxBytes = number(name, value, 0, Long.MAX_VALUE);
            case "exclusive" -> draft.exclusive = yesOrNo(name, value);
            case "subscriptionExpiry" -> draft.subscriptionExpiryMs = duration(name, value, EXPIRY_MAX_MS);
            case "delivery" ->
                draft.isStrict = word(name, value, List.of(NOT_STRICT, STRICT)).equals(STRICT);
            case "strictWindow" -> draft.strictWindow = (int) number(name, value, 1, StrictOptions.WINDOW_MAX);
            case "onInDoubt" ->
                draft.onInDoubt = StrictOptions.OnInDoubt.of(word(name, value, StrictOptions.OnInDoubt.words()));
            case "inDoubtTimeout" -> draft.inDoubtTimeoutMs = duration(name, value, EXPIRY_MAX_MS);
            case "redeliveryBackoff" -> draft.redeliveryBackoff = (int) number(name, value, 1, 10);
            case "redeliveryDelayMax" -> draft.redeliveryDelayMaxMs = duration(name, value, Integer.MAX_VALUE);
            case "onGroupPoison" -> draft.onGroupPoison = GroupPoison.of(word(name, value, GroupPoison.words()));
            case "dedupWindow" -> draft.dedupWindowMs = duration(name, value, DEDUP_WINDOW_MAX_MS);
            case "dedupIds" -> draft.dedupIds = (int) number(name, value, 1, 10_000_000);
            case "groupKey" -> draft.groupKey = property(name, value);
            default -> throw unknown(name);
        }
        return draft.done();
    }

    /** The options while they change. */
    private static final class Draft {
        int groupSlots;
        int maxDeliveries;
        long redeliveryDelayMs;
        String expiryQueue;
        long maxMessages;
        long maxBytes;
        boolean exclusive;
        long subscriptionExpiryMs;
        boolean isStrict;
        int strictWindow;
        StrictOptions.OnInDoubt onInDoubt;
        long inDoubtTimeoutMs;
        int redeliveryBackoff;
        long redeliveryDelayMaxMs;
        GroupPoison onGroupPoison;
        long dedupWindowMs;
        int dedupIds;
        String groupKey;

        Draft(DestinationOptions from) {
            groupSlots = from.groupSlots;
            maxDeliveries = from.maxDeliveries;
            redeliveryDelayMs = from.redeliveryDelayMs;
            expiryQueue = from.expiryQueue;
            maxMessages = from.maxMessages;
            maxBytes = from.maxBytes;
            exclusive = from.exclusive;
            subscriptionExpiryMs = from.subscriptionExpiryMs;
            isStrict = from.delivery.strict();
            strictWindow = from.delivery.window();
            onInDoubt = from.delivery.onInDoubt();
            inDoubtTimeoutMs = from.delivery.inDoubtTimeoutMs();
            redeliveryBackoff = from.redeliveryBackoff;
            redeliveryDelayMaxMs = from.redeliveryDelayMaxMs;
            onGroupPoison = from.onGroupPoison;
            dedupWindowMs = from.dedupWindowMs;
            dedupIds = from.dedupIds;
            groupKey = from.groupKey;
        }

        DestinationOptions done() {
            return new DestinationOptions(
                    groupSlots,
                    maxDeliveries,
                    redeliveryDelayMs,
                    expiryQueue,
                    maxMessages,
                    maxBytes,
                    exclusive,
                    subscriptionExpiryMs,
                    new StrictOptions(isStrict, strictWindow, onInDoubt, inDoubtTimeoutMs),
                    redeliveryBackoff,
                    redeliveryDelayMaxMs,
                    onGroupPoison,
                    dedupWindowMs,
                    dedupIds,
                    groupKey);
        }
    }

    private String value(String name) {
        return switch (name) {
            case "groupSlots" -> Integer.toString(groupSlots);
            case "maxDeliveries" -> Integer.toString(maxDeliveries);
            case "redeliveryDelay" -> Long.toString(redeliveryDelayMs);
            case "expiryQueue" -> expiryQueue;
            case "maxMessages" -> Long.toString(maxMessages);
            case "maxBytes" -> Long.toString(maxBytes);
            case "exclusive" -> Boolean.toString(exclusive);
            case "subscriptionExpiry" -> Long.toString(subscriptionExpiryMs);
            case "delivery" -> delivery.strict() ? STRICT : NOT_STRICT;
            case "strictWindow" -> Integer.toString(delivery.window());
            case "onInDoubt" -> delivery.onInDoubt().word();
            case "inDoubtTimeout" -> Long.toString(delivery.inDoubtTimeoutMs());
            case "redeliveryBackoff" -> Integer.toString(redeliveryBackoff);
            case "redeliveryDelayMax" -> Long.toString(redeliveryDelayMaxMs);
            case "onGroupPoison" -> onGroupPoison.optionName();
            case "dedupWindow" -> Long.toString(dedupWindowMs);
            case "dedupIds" -> Integer.toString(dedupIds);
            case "groupKey" -> groupKey;
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Refusal unknown(String name) {
        String nearest = NearestName.of(name, NAMES);
        String hint = nearest == null ? "the options are " + String.join(", ", NAMES) : "did you mean " + nearest + "?";
        return new Refusal(
                ErrorCode.UNKNOWN_DESTINATION_OPTION, "There is no destination option '" + name + "': " + hint);
    }

    private static long number(String name, String value, long least, long most) throws Refusal {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw new Refusal(
                ErrorCode.BAD_DESTINATION_OPTION,
                "Destination option " + name + "=" + value + " is not a whole number from " + least + " to " + most);
    }

    /** One of so many words. */
    private static String word(String name, String value, List<String> words) throws Refusal {
        if (!words.contains(value)) {
            throw new Refusal(
                    ErrorCode.BAD_DESTINATION_OPTION,
                    "Destination option " + name + "=" + value + " is none of " + String.join(", ", words));
        }
        return value;
    }

    private static String property(String name, String value) throws Refusal {
        boolean isName = value.isEmpty() || Character.isJavaIdentifierStart(value.charAt(0));
        if (!isName || value.length() > 255 || !value.chars().allMatch(Character::isJavaIdentifierPart)) {
            throw new Refusal(
                    ErrorCode.BAD_DESTINATION_OPTION,
                    "Destination option " + name + "=" + value + " is not the name of a property");
        }
        return value;
    }

    private static boolean yesOrNo(String name, String value) throws Refusal {
        if (!value.equals("true") && !value.equals("false")) {
            throw new Refusal(
                    ErrorCode.BAD_DESTINATION_OPTION,
                    "Destination option " + name + "=" + value + " is neither true nor false");
        }
        return value.equals("true");
    }

    /** Milliseconds, or a number with ms, s, m, h or d. */
    private static long duration(String name, String value, long mostMs) throws Refusal {
        int unitAt = value.length();
        while (unitAt > 0 && !Character.isDigit(value.charAt(unitAt - 1))) {
            unitAt--;
        }
        String unit = value.substring(unitAt);
        long factor = switch (unit) {
            case "", "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default ->
                throw new Refusal(
                        ErrorCode.BAD_DESTINATION_OPTION,
                        "Destination option " + name + "=" + value
                                + " is not a time: write milliseconds, or a number with ms, s, m, h or d");
        };
        try {
            long number = Long.parseLong(value.substring(0, unitAt));
            if (number >= 0 && number <= mostMs / factor) {
                return factor * number;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw new Refusal(
                ErrorCode.BAD_DESTINATION_OPTION,
                "Destination option " + name + "=" + value + " is not a time from 0 to " + mostMs / factor + unit);
    }

    private static List<String> pairs(@Nullable String declared) {
        return declared == null || declared.isEmpty() ? List.of() : List.of(declared.split("&", -1));
    }

    private static String nameOf(String pair) throws Refusal {
        int at = pair.indexOf('=');
        if (at < 0) {
            throw new Refusal(
                    ErrorCode.BAD_DESTINATION_OPTION,
                    "Destination option '" + pair + "' has no value: write name=value");
        }
        return pair.substring(0, at);
    }

    private static String valueOf(String pair) {
        return pair.substring(pair.indexOf('=') + 1);
    }
}
