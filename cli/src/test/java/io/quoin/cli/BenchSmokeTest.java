// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.server.boot.Server;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of the bench against a real server: short ones, only to see that each kind of work is done. */
class BenchSmokeTest {

    @TempDir
    static Path folder;

    private static final List<Integer> FAILURES = new ArrayList<>();
    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        ServerConfig config = ServerConfig.defaults()
                .with(Options.DATA, folder.resolve("data"))
                .with(Options.PORT, 0)
                .with(Options.ADMIN_PORT, 0);
        server = Server.start(config, "test", FAILURES::add);
    }

    @AfterAll
    static void stop() {
        assertThat(server.stop()).isTrue();
        assertThat(FAILURES).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--producers 2 --consumers 2 --connections 1",
                "--window 100 --outstanding 500",
                "--rate 200 --non-persistent",
                "--transacted 10",
                "--xa",
                "--xa --transacted 5",
                "--groups 7 --ack client",
                "--ack 101 --listener",
                "--topic --consumers 3 --window 20 --outstanding 100",
                "--destinations 20 --uniform --consumers 3 --window 50 --outstanding 100",
            })
    void whatIsSentIsReceived(String options) throws IOException {
        Path saved = folder.resolve("saved.json");
        assertThat(run("bench " + options + " --destination q" + options.hashCode() + " --messages 60 --save " + saved))
                .isZero();

        Json run = Json.parse(Files.readString(saved));
        assertThat(run.get("sent").get("messages").text()).isEqualTo("60");
        assertThat(run.get("received").get("messages").text()).isEqualTo(options.contains("--topic") ? "180" : "60");
    }

    @Test
    void aNumberOfMessagesIsSentAndReceivedToTheLastOne() throws IOException {
        Path saved = folder.resolve("count.json");
        assertThat(run("bench --destination count --messages 321 --producers 2 --consumers 0 --save " + saved))
                .isZero();
        assertThat(Json.parse(Files.readString(saved))
                        .get("sent")
                        .get("messages")
                        .text())
                .isEqualTo("321");

        assertThat(run("bench --destination count --messages 321 --producers 0 --consumers 2 --save " + saved))
                .isZero();
        assertThat(Json.parse(Files.readString(saved))
                        .get("received")
                        .get("messages")
                        .text())
                .isEqualTo("321");
    }

    private static int run(String line) {
        List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
        arguments.addAll(List.of("--url", "quoin://127.0.0.1:" + server.port()));
        String[] words = arguments.toArray(String[]::new);
        return Main.commandLine(words).execute(words);
    }
}
