// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

/**
 * What a user must be allowed, for a frame to be obeyed. Which frame needs which is in {@link FrameType#permission}.
 * {@link #CREATE} and {@link #DELETE} are asked for where a destination is created or deleted, not by the type of a frame.
 */
public enum Permission {
    /** Nothing beyond a connection. */
    NONE,
    SEND,
    CONSUME,
    BROWSE,
    CREATE,
    DELETE,
    /** To create or delete durable subscriptions. */
    DURABLE,
    /** To administer the server. */
    MANAGE
}
