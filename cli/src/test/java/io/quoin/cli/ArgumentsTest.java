// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ArgumentsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run --prot 1 | --port",
                "run --dta x | --data",
                "run --admin-prt=1 | --admin-port",
                "receive q --cuont 3 | --count",
                "send q --fil x | --file",
                "recieve q | receive",
                "queue lst | ls",
                "bench --produces 3 | --producers",
                "journal verfy | verify",
            })
    void aSlipOfTheFingerNamesWhatWasMeant(String line, String meant) {
        assertThat(run(line.split(" "))).isEqualTo(2);

        assertThat(err.toString())
                .startsWith("quoin: QN-")
                .contains("did you mean '" + meant + "'?")
                .hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "queue",
                "journal",
                "send",
                "receive",
                "receive q --count many",
                "receive q --count 0",
                "receive q --timeout soon",
                "send q hello --file x",
                "send q x --url quoin:/one-slash",
                "send q x --url quoin://127.0.0.1?prefech=1",
                "queue ls --url nonsense://x",
                "bench --size 1",
                "bench --producers 0 --consumers 0",
                "bench --seconds -1",
                "bench --ack soon",
                "bench --transacted 10 --window 10",
                "bench --consumers 0 --outstanding 10",
                "run --port 70000",
                "run --tls-cert x",
                "run --session-grace 5parsecs",
            })
    void whatIsWrongIsSaidInOneLineWithACode(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");

        assertThat(run(arguments)).as(err.toString()).isEqualTo(2);

        assertThat(err.toString()).matches("quoin: QN-\\d{4}: .*\\R").doesNotContain("Exception");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNoMistakeOfTheCommandLine() {
        assertThat(run("bench", "--compare", "missing.json", "missing.json"))
                .as(err.toString())
                .isEqualTo(3);

        assertThat(err.toString()).startsWith("quoin: QN-6006: ").contains("missing.json");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "send q --file no-such-file",
                "journal verify --data no-such-folder",
                "journal dump --data no-such-folder"
            })
    void whatIsNotThereHasAnExitCodeOfItsOwn(String line) {
        assertThat(run(line.split(" "))).as(err.toString()).isEqualTo(3);
        assertThat(err.toString()).contains("no-such").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "send q x",
                "receive q --timeout 1s",
                "browse q",
                "queue ls",
                "queue info q",
                "queue purge q -y",
                "bench --seconds 1"
            })
    void nobodyListeningIsSaidWithTheAddress(String line) {
        String[] words = (line + " --url quoin://127.0.0.1:1").split(" ");

        assertThat(run(words)).as(err.toString()).isEqualTo(1);
        assertThat(err.toString())
                .contains("QN-1001")
                .contains("quoin://127.0.0.1:1")
                .hasLineCount(1);
    }

    @Test
    void anAddressOutsideLoopbackIsUnsafe() {
        assertThat(run("run", "--bind", "0.0.0.0", "--data", "never-made")).isEqualTo(78);
        assertThat(err.toString()).contains("0.0.0.0").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "run --help",
                "send --help",
                "receive --help",
                "browse --help",
                "queue --help",
                "queue purge --help",
                "bench --help",
                "journal verify --help",
                "--version"
            })
    void helpAndVersionGoToStandardOutput(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out.toString()).contains("quoin");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void everyOptionOfTheServerIsAFlagOfRun() {
        run("run", "--help");

        assertThat(out.toString())
                .contains("--data", "--port", "--admin-port", "--bind", "--tls-cert", "--journal-segment-size");
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine(arguments);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
