// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a server can be told.
 *
 * @param <T> what its value is in the program
 * @param key its name in quoin.yaml; dots are levels of the file. Flag and environment variable follow from it
 * @param defaultValue null if it has none
 * @param doc one or two sentences
 */
public record Option<T>(
        String key, OptionType<T> type, @Nullable T defaultValue, String doc) {

    /** {@code --admin-port} for {@code admin.port}. */
    public String flag() {
        return "--" + key.replace('.', '-');
    }

    /** {@code QUOIN_ADMIN_PORT} for {@code admin.port}. */
    public String variable() {
        return "QUOIN_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** The default as it would be written. */
    public String defaultText() {
        return defaultValue == null ? "" : type.formatter().apply(defaultValue);
    }

    @Override
    public String toString() {
        return key;
    }
}
