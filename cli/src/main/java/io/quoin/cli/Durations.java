// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times on the command line: a number of seconds, or a number with ms, s, m or h. */
final class Durations implements ITypeConverter<Duration> {

    /** Milliseconds for people: the two units that matter. */
    static String age(String milliseconds) {
        long seconds = TimeUnit.MILLISECONDS.toSeconds(Long.parseLong(milliseconds));
        if (seconds < 60) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        return minutes < 60 ? minutes + "m" + seconds % 60 + "s" : minutes / 60 + "h" + minutes % 60 + "m";
    }

    @Override
    public Duration convert(String text) {
        String value = text.strip().toLowerCase(Locale.ROOT);
        int unitAt = 0;
        while (unitAt < value.length() && (Character.isDigit(value.charAt(unitAt)) || value.charAt(unitAt) == '.')) {
            unitAt++;
        }
        double factor = switch (value.substring(unitAt).strip()) {
            case "ms" -> 1;
            case "", "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> throw new TypeConversionException("'" + text + "' is not a time such as 500ms, 5s or 2m");
        };
        try {
            return Duration.ofMillis(Math.round(Double.parseDouble(value.substring(0, unitAt)) * factor));
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a time such as 500ms, 5s or 2m");
        }
    }
}
