// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of a server's options: what was set, and defaults for the rest. Immutable. */
public final class ServerConfig {

    private record Value(Object value, String origin) {}

    private final Map<Option<?>, Value> values;

    private ServerConfig(Map<Option<?>, Value> values) {
        this.values = Map.copyOf(values);
    }

    /** Nothing but defaults. */
    public static ServerConfig defaults() {
        return new ServerConfig(Map.of());
    }

    /** A copy with one more value set; {@code origin} says where it comes from, for people. */
    public <T> ServerConfig with(Option<T> option, T value, String origin) {
        Map<Option<?>, Value> copy = new LinkedHashMap<>(values);
        copy.put(option, new Value(value, origin));
        return new ServerConfig(copy);
    }

    /** A copy with one more value set by the program that embeds the server. */
    public <T> ServerConfig with(Option<T> option, T value) {
        return with(option, value, "program");
    }

    /**
     * The option's value.
     *
     * @throws IllegalStateException if it is not set and has no default
     */
    public <T> T get(Option<T> option) {
        T value = find(option);
        if (value == null) {
            throw new IllegalStateException("The option " + option + " is not set and has no default");
        }
        return value;
    }

    /** The option's value, or null if it is not set and has no default. */
    public <T> @Nullable T find(Option<T> option) {
        Value set = values.get(option);
        return set == null ? option.defaultValue() : option.type().javaType().cast(set.value);
    }

    /** Where the value comes from: "default", "quoin.yaml:3:7", "QUOIN_PORT", "--port". */
    public String origin(Option<?> option) {
        Value set = values.get(option);
        return set == null ? "default" : set.origin;
    }
}
