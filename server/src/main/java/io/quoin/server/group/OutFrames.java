// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.WireBuffer;
import java.nio.ByteBuffer;

/**
 * Scratch space in which every outgoing frame is put together, one at a time. A payload is not copied here but goes from
 * where it is stored into the link.
 *
 * <p>Thread: the owner's.
 */
final class OutFrames {

    private static final int INITIAL_BYTES = 4 << 10;

    private final WireBuffer scratch = new WireBuffer(INITIAL_BYTES);
    private final FrameWriter writer = new FrameWriter(scratch);

    /** Begin a frame on it, and give it to one of the methods below. */
    FrameWriter writer() {
        return writer;
    }

    /** Ends the frame that was begun and puts it into {@code link}. */
    void end(Link link) {
        writer.end();
        put(link);
    }

    /** Puts the frame that was ended into {@code link}. */
    void put(Link link) {
        link.write(scratch.buffer(), 0, scratch.position());
        scratch.clear();
    }

    /** Ends the frame that was begun with a payload, {@code length} bytes from the absolute index {@code offset}. */
    void endWith(Link link, ByteBuffer payload, int offset, int length) {
        writer.endBeforePayload(payload, offset, length);
        put(link);
        link.write(payload, offset, length);
    }
}
