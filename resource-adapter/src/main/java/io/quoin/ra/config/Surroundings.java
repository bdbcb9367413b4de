// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.config;

import jakarta.transaction.TransactionSynchronizationRegistry;
import org.jspecify.annotations.Nullable;

/** What the resource adapter knows, for those that were made for it. */
public interface Surroundings {

    /** What holds where nothing else is said. */
    ServerAccess access();

    /** Whoever knows whether the caller is in a transaction; null while the adapter is not started, or if nobody does. */
    @Nullable
    TransactionSynchronizationRegistry transactions();
}
