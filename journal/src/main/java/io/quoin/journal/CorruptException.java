// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

import java.util.List;

/** Durable bytes are damaged in a way that loses records, and the start is refused rather than go on without them. */
public final class CorruptException extends JournalException {
    private static final long serialVersionUID = 1L;

    private final transient List<Damage> damage;

    CorruptException(String message, List<Damage> damage) {
        super(JournalError.CORRUPT, message);
        this.damage = List.copyOf(damage);
    }

    /** Every damaged place that was found, in log order. */
    public List<Damage> damage() {
        return damage;
    }
}
