// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.DestinationKind;
import org.jspecify.annotations.Nullable;

/**
 * What an alias of a connection stands for, and the credit that the connection has for sending to it.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Binding {

    private final int alias;
    private final DestinationKind kind;
    private final String name;
    private final @Nullable String declaredOptions;
    private @Nullable Destination destination;
    private long sentBytes;
    private long limitBytes;
    private long promisedBytes;
    private boolean isStarved;

    Binding(int alias, DestinationKind kind, String name, @Nullable String declaredOptions) {
        this.alias = alias;
        this.kind = kind;
        this.name = name;
        this.declaredOptions = declaredOptions;
    }

    int alias() {
        return alias;
    }

    DestinationKind kind() {
        return kind;
    }

    String name() {
        return name;
    }

    /** The options that came with the name, or null. */
    @Nullable
    String declaredOptions() {
        return declaredOptions;
    }

    /** What it was found to be at first use; null before. */
    @Nullable
    Destination destination() {
        return destination;
    }

    void destination(Destination found) {
        destination = found;
    }

    long sentBytes() {
        return sentBytes;
    }

    void sent(int bytes) {
        sentBytes += bytes;
    }

    /** What the client was told that it may have sent in total. */
    long limitBytes() {
        return limitBytes;
    }

    void limitBytes(long newLimit) {
        limitBytes = newLimit;
        promisedBytes = Math.max(promisedBytes, newLimit);
    }

    /** The highest limit that the client was ever told: what it has sent before it heard of a lower one keeps to that. */
    long promisedBytes() {
        return promisedBytes;
    }

    /** Whether it waits in {@link SendCredit} for room. */
    boolean isStarved() {
        return isStarved;
    }

    void starved(boolean starved) {
        isStarved = starved;
    }

    boolean isSame(DestinationKind otherKind, String otherName) {
        return kind == otherKind && name.equals(otherName);
    }
}
