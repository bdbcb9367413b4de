// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.cli.bench.BenchPlan;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class BenchOptionsTest {

    @Test
    void withoutOptionsOneProducerAndOneConsumerShareAQueueOfPersistentMessages() throws CliException {
        BenchPlan plan = plan("");

        assertThat(plan.sending()).isEqualTo(new BenchPlan.Sending(1, 1_024, true, 1, 0, 0, 0));
        assertThat(plan.receiving()).isEqualTo(new BenchPlan.Receiving(1, Session.AUTO_ACKNOWLEDGE, false));
        assertThat(plan.destinations()).isEqualTo(new BenchPlan.Destinations("bench", 1, false, false));
        assertThat(plan.work()).isEqualTo(new BenchPlan.Work(0, false));
        assertThat(plan.connections()).isZero();
        assertThat(plan.length()).isEqualTo(new BenchPlan.Length(5, 10, 0));
    }

    @Test
    void everyOptionArrivesInThePlan() throws CliException {
        BenchPlan plan = plan("--producers 3 --consumers 4 --connections 2 --size 100 --non-persistent --window 5"
                + " --outstanding 60 --rate 70.5 --groups 8 --ack client --listener --destination q --destinations 9"
                + " --uniform --topic --warm-up 0.5 --seconds 1.5 --messages 11");

        assertThat(plan.sending()).isEqualTo(new BenchPlan.Sending(3, 100, false, 5, 60, 8, 70.5));
        assertThat(plan.receiving()).isEqualTo(new BenchPlan.Receiving(4, Session.CLIENT_ACKNOWLEDGE, true));
        assertThat(plan.destinations()).isEqualTo(new BenchPlan.Destinations("q", 9, true, true));
        assertThat(plan.connections()).isEqualTo(2);
        assertThat(plan.length()).isEqualTo(new BenchPlan.Length(0.5, 1.5, 11));
    }

    @ParameterizedTest
    @CsvSource({"auto, 1", "CLIENT, 2", "dups-ok, 3", "101, 101"})
    void anAcknowledgementModeHasANameOrANumber(String text, int mode) throws CliException {
        assertThat(plan("--ack " + text).receiving().ackMode()).isEqualTo(mode);
    }

    @Test
    void anAcknowledgementModeOfAnotherNameIsRefused() {
        assertThatThrownBy(() -> plan("--ack never"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("'never' is not auto, client, dups-ok or a number");
    }

    @Test
    void aGlobalTransactionHasOneMessageUnlessMoreAreAskedFor() throws CliException {
        assertThat(plan("--xa").work()).isEqualTo(new BenchPlan.Work(1, true));
        assertThat(plan("--xa --transacted 7").work()).isEqualTo(new BenchPlan.Work(7, true));
        assertThat(plan("--transacted 7").work()).isEqualTo(new BenchPlan.Work(7, false));
    }

    @Test
    void oneConsumerOfSeveralDestinationsListensWhetherAskedToOrNot() throws CliException {
        assertThat(plan("--destinations 20 --uniform").listens()).isTrue();
        assertThat(plan("--destinations 20").listens()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--producers 0 --consumers 0",
                "--producers -1",
                "--size 7",
                "--window 0",
                "--destinations 0",
                "--seconds 0",
                "--rate -1",
                "--transacted 10 --window 2",
                "--transacted 10 --outstanding 9",
                "--outstanding 9 --consumers 0",
                "--xa --listener",
            })
    void whatCannotBeMeasuredIsAMistakeOfTheCommandLine(String line) {
        assertThatThrownBy(() -> plan(line)).isInstanceOfSatisfying(CliException.class, failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.USAGE);
            assertThat(failure.exitCode()).isEqualTo(2);
            assertThat(failure).message().endsWith(".").doesNotEndWith("..");
        });
    }

    private static BenchPlan plan(String line) throws CliException {
        Program program = new Program();
        new CommandLine(program).parseArgs(line.isEmpty() ? new String[0] : line.split(" "));
        return program.options.plan();
    }

    @Command
    private static final class Program {

        @Mixin
        private final BenchOptions options = new BenchOptions();
    }
}
