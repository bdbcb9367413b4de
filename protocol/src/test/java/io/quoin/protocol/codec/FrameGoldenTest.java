// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The bytes of every frame. A change of this file is a change of the protocol: other versions are out there, so it needs a
 * new version or a capability, and a line in the document.
 */
class FrameGoldenTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "frames.txt");

    @Test
    void theBytesOfEveryFrameStayAsTheyAre() throws IOException {
        String bytes = Samples.all().entrySet().stream()
                .map(sample -> sample.getKey() + ": " + HexFormat.of().formatHex(sample.getValue()) + "\n")
                .collect(Collectors.joining());
        Files.writeString(Path.of("target", "frames.txt"), bytes);

        assertThat(bytes)
                .as("the bytes of a frame have changed; if that is meant, copy target/frames.txt to " + GOLDEN)
                .isEqualTo(Files.readString(GOLDEN));
    }
}
