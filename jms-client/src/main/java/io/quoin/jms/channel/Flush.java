// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

/** When bytes that were given to a channel are to be written. */
public enum Flush {
    /** The caller is about to wait for the answer: it writes in place where it can. */
    NOW,
    /** Nobody waits: the helper thread writes, at once when it is idle. */
    SOON,
    /** With whatever follows: only for what means nothing until another frame follows it. */
    LATER
}
