// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.quoin.server.group.LinkHandler;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gives a connection its frames where they were received. Only a frame that lies across two reads is copied, into a buffer
 * that has just the size that the frame says, once the connection has accepted that size.
 *
 * <p>Thread: confined to the event loop.
 */
final class FrameAssembler {

    /** Room for the beginning of a frame whose size is not known yet, and for most frames. */
    private static final int LEAST_BYTES = 256;

    private final LinkHandler handler;
    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf partial;

    FrameAssembler(LinkHandler handler, ByteBufAllocator allocator) {
        this.handler = handler;
        this.allocator = allocator;
    }

    /** Takes what one read brought and releases it. */
    void read(ByteBuf in) {
        try {
            while (partial != null && in.isReadable()) {
                complete(partial, in);
            }
            if (in.isReadable()) {
                handle(in);
                if (in.isReadable()) {
                    partial = allocator.directBuffer(Math.max(LEAST_BYTES, handler.wantedBytes()));
                    partial.writeBytes(in);
                }
            }
        } finally {
            in.release();
        }
    }

    /** Nothing more comes. */
    void close() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    /** Adds to the partial frame what it lacks, and handles it if it is whole then. */
    private void complete(ByteBuf frame, ByteBuf in) {
        int missing = handler.wantedBytes() - frame.readableBytes();
        frame.writeBytes(in, Math.min(missing, in.readableBytes()));
        handle(frame);
        if (!frame.isReadable()) {
            frame.release();
            partial = null;
        }
    }

    private void handle(ByteBuf bytes) {
        // The buffer's own view: no allocation, and its indices differ from the ByteBuf's.
        ByteBuffer view = bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes());
        int from = view.position();
        bytes.skipBytes(handler.receive(view, from, view.limit()) - from);
    }
}
