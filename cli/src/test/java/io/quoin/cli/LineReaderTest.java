// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    @Test
    void linesComeBackByteForByteHoweverTheStreamIsCut() throws IOException {
        Random random = new Random(5);
        for (int run = 0; run < 50; run++) {
            byte[] text = new byte[random.nextInt(300_000)];
            random.nextBytes(text);
            for (int i = 0; i < text.length; i += 1 + random.nextInt(1 + random.nextInt(100_000))) {
                text[i] = '\n';
            }
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            LineReader lines = new LineReader(new Trickle(text, random));
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                assertThat(line).doesNotContain('\n');
                joined.write(line);
                joined.write('\n');
            }
            boolean ended = text.length == 0 || text[text.length - 1] == '\n';
            assertThat(joined.toByteArray()).isEqualTo(ended ? text : Arrays.copyOf(withFeed(text), text.length + 1));
        }
    }

    @Test
    void emptyLinesAreLinesAndALastLineNeedsNoFeed() throws IOException {
        LineReader lines = new LineReader(new ByteArrayInputStream(new byte[] {'\n', 'a', '\n', '\n', 'b'}));

        assertThat(lines.next()).isEmpty();
        assertThat(lines.next()).containsExactly('a');
        assertThat(lines.next()).isEmpty();
        assertThat(lines.next()).containsExactly('b');
        assertThat(lines.next()).isNull();
        assertThat(lines.next()).isNull();
    }

    private static byte[] withFeed(byte[] text) {
        byte[] longer = Arrays.copyOf(text, text.length + 1);
        longer[text.length] = '\n';
        return longer;
    }

    /** Gives a few bytes at a time. */
    private static final class Trickle extends InputStream {
        private final InputStream in;
        private final Random random;

        Trickle(byte[] bytes, Random random) {
            this.in = new ByteArrayInputStream(bytes);
            this.random = random;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return in.read(into, offset, Math.min(length, 1 + random.nextInt(100_000)));
        }
    }
}
