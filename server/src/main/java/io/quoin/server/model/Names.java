// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.protocol.ErrorCode;

/** Rules for names of destinations and subscriptions. */
public final class Names {

    public static final int MAX_LENGTH = 255;

    /** What the server keeps for itself. */
    public static final String RESERVED_PREFIX = "$quoin.";

    public static final String TEMPORARY_PREFIX = "$quoin.temp.";

    private Names() {}

    /** Returns {@code name} if an application may give it to a destination. */
    public static String check(String name) throws Refusal {
        checkCharacters(name);
        if (name.startsWith(RESERVED_PREFIX)) {
            throw new Refusal(ErrorCode.INVALID_NAME, "The name " + name + " is reserved: it begins with $quoin.");
        }
        return name;
    }

    /** Refuses what no destination may be called, reserved or not. */
    public static void checkCharacters(String name) throws Refusal {
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw new Refusal(
                    ErrorCode.INVALID_NAME,
                    "A name has 1 to 255 characters, not " + name.length() + ": '" + name + "'");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '?' || Character.isISOControl(c)) {
                throw new Refusal(
                        ErrorCode.INVALID_NAME,
                        "The name '" + name + "' has a '?' or a control character at place " + (i + 1));
            }
        }
    }
}
