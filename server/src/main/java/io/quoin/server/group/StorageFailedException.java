// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

/** The journal can no longer be trusted: the owner stops, and nothing more is confirmed. */
public final class StorageFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StorageFailedException(Exception cause) {
        super(cause.getMessage(), cause);
    }
}
