// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.model.Refusal;

/**
 * The plain answers to requests.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class Replies {

    private final Recorder recorder;

    Replies(Recorder recorder) {
        this.recorder = recorder;
    }

    /** It is done, and durable when all that was recorded so far is. */
    void ok(ClientConnection c, int request) {
        c.outlet().ok(request, recorder.appended());
    }

    /** It was not done, and has changed nothing. */
    static void refuse(ClientConnection c, int request, Refusal refusal) {
        c.outlet().error(request, refusal.code(), refusal.text());
    }
}
