// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Splits a stream of bytes at line feeds. The bytes between are left as they are. */
final class LineReader {

    private static final int INITIAL_BYTES = 64 << 10;

    private final InputStream in;
    private byte[] buffer = new byte[INITIAL_BYTES];
    private int start;
    private int end;
    private boolean ended;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** The next line without its line feed; null at the end. A last line needs no line feed. */
    byte @Nullable [] next() throws IOException {
        int searched = start;
        while (true) {
            for (int at = searched; at < end; at++) {
                if (buffer[at] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, start, at);
                    start = at + 1;
                    return line;
                }
            }
            if (ended) {
                byte[] rest = start < end ? Arrays.copyOfRange(buffer, start, end) : null;
                start = end;
                return rest;
            }
            searched = end - start;
            fill();
            searched += start;
        }
    }

    private void fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int read = in.read(buffer, end, buffer.length - end);
        if (read < 0) {
            ended = true;
        } else {
            end += read;
        }
    }
}
