// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;

/** Writes and syncs on the event loop, whenever a turn has brought messages. What arrives meanwhile waits in the sockets and makes the next batch. */
final class LogInPlace implements Log {
    private final LogFile file;
    private long durable;
    private long durableAcks;

    LogInPlace(LogFile file) {
        this.file = file;
    }

    @Override
    public long advance(long messages, long acks, boolean acksAreDue) throws IOException {
        if (messages > durable || (acksAreDue && acks > durableAcks)) {
            file.writeAndSync(durable, messages, durableAcks, acks);
            durable = messages;
            durableAcks = acks;
        }
        return durable;
    }

    @Override
    public long durableAcks() {
        return durableAcks;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
