// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.auth;

import io.quoin.protocol.ProtocolLimits;

/** Rules for the names of users. */
public final class UserName {

    private UserName() {}

    /**
     * Returns {@code name} if a user may be called that: 1 to 255 characters, in the one form that SASLprep gives them.
     *
     * @throws IllegalArgumentException with a sentence if not
     */
    public static String check(String name) {
        if (name.isEmpty() || name.length() > ProtocolLimits.MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("A user's name has 1 to 255 characters, not " + name.length());
        }
        String prepared;
        try {
            prepared = SaslPrep.prepare(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("A user cannot be called that: " + e.getMessage(), e);
        }
        if (!prepared.equals(name)) {
            throw new IllegalArgumentException(
                    "A user cannot be called " + name + ", which is another way to write " + prepared);
        }
        return name;
    }
}
