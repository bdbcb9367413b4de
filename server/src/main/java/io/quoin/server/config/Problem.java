// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

import io.quoin.protocol.ErrorCode;

/**
 * Something wrong in a configuration.
 *
 * @param text one sentence: where, what, and what to write instead
 */
public record Problem(ErrorCode code, String text) {

    @Override
    public String toString() {
        return code.message(text);
    }
}
