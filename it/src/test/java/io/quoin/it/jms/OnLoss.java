// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

/** What a client does when its connection is lost. */
final class OnLoss {

    /** Appended to a URI: the connection is given up at once. */
    static final String NO_RECONNECTION = "";

    private OnLoss() {}
}
