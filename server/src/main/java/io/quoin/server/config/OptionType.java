// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * How a value is written, read and described.
 *
 * @param <T> what it is in the program
 * @param javaType for checked casts
 * @param allowed what may be written, for the reference and for errors: "a whole number from 0 to 65535"
 * @param parser throws IllegalArgumentException for text that is not allowed
 * @param formatter the inverse, for the reference
 */
public record OptionType<T>(
        Class<T> javaType, String allowed, Function<String, T> parser, Function<T, String> formatter) {

    private static final List<String> SIZE_UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

    /**
     * The value that {@code text} stands for.
     *
     * @throws IllegalArgumentException if it is not allowed
     */
    public T parse(String text) {
        return parser.apply(text.strip());
    }

    static OptionType<Integer> wholeNumber(int least, int most) {
        return new OptionType<>(
                Integer.class,
                "a whole number from " + least + " to " + most,
                text -> (int) inRange(Long.parseLong(text), least, most),
                String::valueOf);
    }

    /** Bytes: a number with B, KiB, MiB, GiB or TiB, or without a unit for bytes. */
    static OptionType<Long> size(long least, long most) {
        return new OptionType<>(
                Long.class,
                "a size from " + formatSize(least) + " to " + formatSize(most),
                text -> inRange(parseSize(text), least, most),
                OptionType::formatSize);
    }

    /** As {@link #size}, and a power of two. */
    static OptionType<Long> powerOfTwoSize(long least, long most) {
        OptionType<Long> size = size(least, most);
        return new OptionType<>(
                Long.class,
                size.allowed + ", a power of two",
                text -> {
                    long bytes = size.parse(text);
                    if (Long.bitCount(bytes) != 1) {
                        throw new IllegalArgumentException("not a power of two");
                    }
                    return bytes;
                },
                OptionType::formatSize);
    }

    /** Milliseconds: a number with ms, s, m, h or d; 0 needs no unit. */
    static OptionType<Long> duration(long leastMs, long mostMs) {
        return new OptionType<>(
                Long.class,
                "a time from " + formatDuration(leastMs) + " to " + formatDuration(mostMs),
                text -> inRange(parseDurationMs(text), leastMs, mostMs),
                OptionType::formatDuration);
    }

    static OptionType<Boolean> yesOrNo() {
        return new OptionType<>(
                Boolean.class,
                "true or false",
                text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException("neither true nor false");
                },
                String::valueOf);
    }

    static OptionType<String> oneOf(String... words) {
        List<String> known = List.of(words);
        return new OptionType<>(
                String.class,
                "one of " + String.join(", ", known),
                text -> {
                    if (!known.contains(text)) {
                        throw new IllegalArgumentException("not one of them");
                    }
                    return text;
                },
                Function.identity());
    }

    static OptionType<Path> path() {
        return new OptionType<>(
                Path.class,
                "a path",
                text -> {
                    if (text.isEmpty()) {
                        throw new IllegalArgumentException("empty");
                    }
                    try {
                        return Path.of(text);
                    } catch (InvalidPathException e) {
                        throw new IllegalArgumentException(e.getReason(), e);
                    }
                },
                Path::toString);
    }

    /** An address of this machine, by number or name. */
    static OptionType<InetAddress> address() {
        return new OptionType<>(
                InetAddress.class,
                "an address or host name of this machine",
                text -> {
                    try {
                        return InetAddress.getByName(text);
                    } catch (UnknownHostException e) {
                        throw new IllegalArgumentException("unknown host", e);
                    }
                },
                InetAddress::getHostAddress);
    }

    private static long inRange(long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    private static long parseSize(String text) {
        int unitAt = unitAt(text);
        String unit = text.substring(unitAt).strip();
        int power = unit.isEmpty() ? 0 : SIZE_UNITS.indexOf(unit);
        if (power < 0) {
            throw new IllegalArgumentException("unknown unit");
        }
        return Math.multiplyExact(Long.parseLong(text.substring(0, unitAt)), 1L << (10 * power));
    }

    static String formatSize(long bytes) {
        int power = 0;
        long value = bytes;
        while (value != 0 && value % 1024 == 0 && power < SIZE_UNITS.size() - 1) {
            value /= 1024;
            power++;
        }
        return value + SIZE_UNITS.get(power);
    }

    private static long parseDurationMs(String text) {
        int unitAt = unitAt(text);
        long value = Long.parseLong(text.substring(0, unitAt));
        String unit = text.substring(unitAt).strip().toLowerCase(Locale.ROOT);
        if (unit.isEmpty() && value == 0) {
            return 0;
        }
        long factor = switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            case "d" -> 86_400_000;
            default -> throw new IllegalArgumentException("unit missing or unknown");
        };
        return Math.multiplyExact(value, factor);
    }

    static String formatDuration(long ms) {
        if (ms == 0) {
            return "0";
        }
        if (ms % 86_400_000 == 0) {
            return ms / 86_400_000 + "d";
        }
        if (ms % 3_600_000 == 0) {
            return ms / 3_600_000 + "h";
        }
        if (ms % 60_000 == 0) {
            return ms / 60_000 + "m";
        }
        return ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
    }

    private static int unitAt(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
