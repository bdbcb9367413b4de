// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.JavaProcess.Ended;
import io.quoin.it.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input of every kind gets one clear sentence with a code and a next step, the right exit code, and changes nothing. */
class BadInputIT {
    /** A port of the loopback address on which nobody listens. */
    private static final String NOBODY = "quoin://127.0.0.1:1";

    @TempDir
    Path folder;

    private static void isOneSentence(Ended ended, int exitCode, String... parts) {
        assertThat(ended.exitCode()).as(ended.errors()).isEqualTo(exitCode);
        assertThat(ended.output()).isEmpty();
        assertThat(ended.errors().lines().filter(l -> !l.isBlank()))
                .as("one sentence: " + ended.errors())
                .hasSize(1);
        assertThat(ended.errors())
                .matches("(?s)quoin: QN-\\d{4}.*")
                .contains(parts)
                .doesNotContain("\tat ");
    }

    @Test
    void anUnknownOptionNamesTheNearestOne() {
        isOneSentence(JavaProcess.quoin("run", "--dta", "x"), 2, "--dta", "--data");
        isOneSentence(JavaProcess.quoin("receive", "q", "--cuont", "3"), 2, "--cuont", "--count");
    }

    @Test
    void anUnknownCommandNamesTheNearestOne() {
        isOneSentence(JavaProcess.quoin("recieve", "q"), 2, "recieve", "receive");
    }

    @Test
    void aMalformedUriSaysWhatIsWrong() {
        isOneSentence(JavaProcess.quoin("send", "q", "x", "--url", "quoin:/127.0.0.1"), 2, "quoin:/127.0.0.1");
        isOneSentence(JavaProcess.quoin("send", "q", "x", "--url", "quoin://127.0.0.1?prefech=1"), 2, "prefetch");
    }

    @Test
    void aPortWhereNobodyListensSaysSo() {
        isOneSentence(JavaProcess.quoin("send", "q", "x", "--url", NOBODY), 1, NOBODY);
    }

    @Test
    void aMissingFileSaysSo() {
        isOneSentence(JavaProcess.quoin("send", "q", "--file", "no-such-file", "--url", NOBODY), 3, "no-such-file");
    }

    @Test
    void anUnknownQueueIsNotFoundAndNotCreated() {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            isOneSentence(JavaProcess.quoin("queue", "info", "nope", "--url", server.url()), 3, "nope");
            assertThat(JavaProcess.quoin("queue", "ls", "--url", server.url()).output())
                    .doesNotContain("nope");
        }
    }

    @Test
    void aLockedDataFolderNamesItsHolder() {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            isOneSentence(
                    JavaProcess.quoin("run", "--data", data.toString(), "--port", "0", "--admin-port", "0"),
                    73,
                    Long.toString(server.process().pid()));
        }
    }

    @Test
    void aPortInUseSaysWhichOne() {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            String port = Integer.toString(server.port());
            String other = folder.resolve("other").toString();
            isOneSentence(JavaProcess.quoin("run", "--data", other, "--port", port, "--admin-port", "0"), 1, port);
        }
    }

    @Test
    void anAddressThatOthersCanReachIsRefused() {
        String data = folder.resolve("data").toString();
        isOneSentence(JavaProcess.quoin("run", "--data", data, "--bind", "0.0.0.0"), 78, "0.0.0.0");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aDamagedJournalIsNamedAndLeftAlone() throws IOException {
        Path data = folder.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            Ended sent = JavaProcess.quoin("send", "q", "one", "two", "three", "--url", server.url());
            assertThat(sent.exitCode()).as(sent.errors()).isZero();
            assertThat(server.stop()).isZero();
        }
        Path segment = onlySegment(data);
        byte[] content = Files.readAllBytes(segment);
        content[indexOf(content, "two")] ^= 1;
        Files.write(segment, content, StandardOpenOption.TRUNCATE_EXISTING);

        Ended verified = JavaProcess.quoin("journal", "verify", "--data", data.toString());

        assertThat(verified.exitCode()).isEqualTo(1);
        assertThat(verified.output() + verified.errors())
                .contains(segment.getFileName().toString());
        assertThat(Files.readAllBytes(segment)).isEqualTo(content);
    }

    private static Path onlySegment(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("journal"))) {
            List<Path> segments = files.filter(f -> f.getFileName().toString().startsWith("seg-"))
                    .toList();
            assertThat(segments).hasSize(1);
            return segments.get(0);
        }
    }

    private static int indexOf(byte[] content, String text) {
        String latin = new String(content, java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = latin.indexOf(text);
        assertThat(at).isPositive();
        return at;
    }
}
