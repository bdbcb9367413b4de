// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

/**
 * Sums up state so that two copies of it can be compared: what was added, in its order. Not a cryptographic hash. Confined
 * to whoever made it.
 */
public final class Digest {

    private long value = 0x9E3779B97F4A7C15L;

    public Digest add(long part) {
        long x = (value ^ part) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 29)) * 0x94D049BB133111EBL;
        value = x ^ (x >>> 32);
        return this;
    }

    public Digest add(boolean part) {
        return add(part ? 1 : 0);
    }

    public Digest add(String part) {
        add(part.length());
        for (int i = 0; i < part.length(); i++) {
            add(part.charAt(i));
        }
        return this;
    }

    public long value() {
        return value;
    }
}
