// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

/** A promise was broken; the message says which and by what. */
public final class Violation extends AssertionError {

    private static final long serialVersionUID = 1L;

    public Violation(String text) {
        super(text);
    }

    public Violation(String text, Throwable cause) {
        super(text, cause);
    }
}
