// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

/**
 * What the listener of the resource adapter throws when it could not give a message to its bean, through no fault of either:
 * the message goes back to its place, and the delivery does not count.
 */
public final class NotDeliveredException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the reason. */
    public NotDeliveredException(Throwable cause) {
        super(cause);
    }
}
