// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One of the requests by which a client that is back says what it has received: each names some consumers of a session. */
record ResumePart(int request, List<Frame.Held> held) {

    /** Its answer, with those of its consumers that are kept. */
    Result.Resumed answer(Map<Integer, Result.Kept> kept) {
        return new Result.Resumed(held.stream()
                .map(one -> kept.get(one.consumer()))
                .filter(Objects::nonNull)
                .toList());
    }
}
