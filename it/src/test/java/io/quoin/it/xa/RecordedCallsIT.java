// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.xa.RecordedCalls.Call;
import io.quoin.it.xa.WatchedResource.Method;
import io.quoin.journal.JournalException;
import io.quoin.journal.JournalTool;
import io.quoin.journal.disk.FileDisk;
import io.quoin.server.boot.Server;
import io.quoin.server.boot.StartException;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import io.quoin.server.model.RecordType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What real transaction managers call, as it was recorded ({@code src/test/resources/io/quoin/it/xa/calls}), made again on a
 * server: each call is answered as it was, and queues and log hold what follows from it.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RecordedCallsIT {

    private static final String NARAYANA = "narayana";
    private static final String PAYARA = "payara";

    @TempDir
    Path folder;

    private static Path recordings(String manager) {
        try {
            return Path.of(RecordedCallsIT.class.getResource("calls/" + manager).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> recordings() throws IOException {
        try (Stream<Path> all =
                Stream.of(NARAYANA, PAYARA).map(RecordedCallsIT::recordings).flatMap(RecordedCallsIT::list)) {
            return all.map(file -> file.getParent().getFileName() + "/" + file.getFileName())
                    .sorted()
                    .toList();
        }
    }

    private static Stream<Path> list(Path of) {
        try {
            return Files.list(of);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Server start() throws StartException {
        return Server.start(
                ServerConfig.defaults()
                        .with(Options.DATA, folder.resolve("data"))
                        .with(Options.PORT, 0)
                        .with(Options.ADMIN_PORT, 0),
                "test",
                FileDisk::new,
                code -> {});
    }

    private static String url(Server server) {
        return "quoin://127.0.0.1:" + server.port();
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void whatWasCalledIsAnsweredInTheSameWay(String recording) throws Exception {
        int slash = recording.indexOf('/');
        Path file = recordings(recording.substring(0, slash)).resolve(recording.substring(slash + 1));
        RecordedCalls calls = RecordedCalls.parse(Files.readString(file));
        try (Server server = start();
                CallReplay replay = new CallReplay(calls, url(server))) {
            replay.run();
            replay.checkQueues();
        }
        checkLog(calls);
    }

    /** Only a branch that was prepared leaves its name in the log, and what became of it; there is nothing else. */
    private void checkLog(RecordedCalls calls) throws Exception {
        int prepared = 0;
        int committed = 0;
        int rolledBack = 0;
        for (String branch : calls.branches()) {
            List<Call> of = calls.calls(branch);
            if (of.stream().anyMatch(call -> call.isAnswered(Method.PREPARE))) {
                prepared++;
                committed += of.stream().anyMatch(call -> call.isAnswered(Method.COMMIT)) ? 1 : 0;
                rolledBack += of.stream().anyMatch(call -> call.isAnswered(Method.ROLLBACK)) ? 1 : 0;
            }
        }
        Map<RecordType, Integer> records = records();
        assertThat(records.getOrDefault(RecordType.TX_PREPARED, 0)).isEqualTo(prepared);
        assertThat(records.getOrDefault(RecordType.TX_COMMITTED, 0)).isEqualTo(committed);
        assertThat(records.getOrDefault(RecordType.TX_ROLLED_BACK, 0)).isEqualTo(rolledBack);
        if (prepared == 0) {
            assertThat(records)
                    .doesNotContainKeys(
                            RecordType.TX_SEND, RecordType.TX_ACK, RecordType.TX_DECIDED, RecordType.TX_STEP);
        }
    }

    private Map<RecordType, Integer> records() throws JournalException, IOException {
        Map<RecordType, Integer> records = new EnumMap<>(RecordType.class);
        new JournalTool(new FileDisk(folder.resolve("data"))).dump(0, Long.MAX_VALUE, (view, isPayloadValid) -> {
            RecordType type = RecordType.find(view.type());
            if (type != null) {
                records.merge(type, 1, Integer::sum);
            }
        });
        return records;
    }

    @Test
    void narayanaStillCallsWhatWasRecorded() throws Exception {
        Path again = Files.createDirectories(folder.resolve("again"));
        try (Server server = start()) {
            JavaProcess.Ended ended = JavaProcess.main(
                    NarayanaCalls.class, url(server), folder.resolve("log").toString(), again.toString());
            assertThat(ended.exitCode()).as(ended.output() + ended.errors()).isZero();
        }
        for (Scene scene : Scene.values()) {
            assertThat(again.resolve(scene.fileName()))
                    .hasSameTextualContentAs(recordings(NARAYANA).resolve(scene.fileName()));
        }
    }
}
