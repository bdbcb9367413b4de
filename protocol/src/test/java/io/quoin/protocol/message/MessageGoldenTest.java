// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The bytes of every kind of message. They lie in journals for years: a change of this file needs a new number in the
 * layout field, and readers that understand both.
 */
class MessageGoldenTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "messages.txt");

    @Test
    void theBytesOfEveryMessageStayAsTheyAre() throws IOException {
        String bytes = SampleMessages.all().entrySet().stream()
                .map(sample -> sample.getKey() + ": " + HexFormat.of().formatHex(sample.getValue()) + "\n")
                .collect(Collectors.joining());
        Files.writeString(Path.of("target", "messages.txt"), bytes);

        assertThat(bytes)
                .as("the bytes of a message have changed; if that is meant, copy target/messages.txt to " + GOLDEN)
                .isEqualTo(Files.readString(GOLDEN));
    }
}
