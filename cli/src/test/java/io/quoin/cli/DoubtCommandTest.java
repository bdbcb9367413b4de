// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What {@code quoin doubt} asks the server, and how it shows the answer. */
class DoubtCommandTest {

    private static String show(AdminCommand command, String answer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console = new Console(out, new PrintStream(out, true, StandardCharsets.UTF_8), false);
        command.show(console, Json.parse(answer));
        console.flush();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static <C extends AdminCommand> C parsed(C command, String... arguments) {
        new CommandLine(command).parseArgs(arguments);
        return command;
    }

    @Test
    void lsShowsWhereAMessageIsWhoHadItAndWhatItHolds() throws Exception {
        String shown = show(parsed(new DoubtCommand.Ls()), """
                {"doubts":[
                {"destination":"orders","subscription":null,"id":"ID:1-2","ageMs":65000,"client":"c1","waits":false,"holdsGroup":true},
                {"destination":"news","subscription":"mine","id":null,"ageMs":1000,"client":"c2","waits":true,"holdsGroup":true}
                ],"total":7}""");

        assertThat(shown)
                .containsPattern("orders +1m5s +group +c1 +ID:1-2")
                .containsPattern("mine \\(news\\) +1s +nothing +c2 +\\(being read, ask again\\)")
                .contains("and 5 more: see --skip 2");
    }

    @Test
    void lsAsksForAQueueAndLeavesSomeOut() {
        assertThat(parsed(new DoubtCommand.Ls(), "orders", "--skip", "3").arguments())
                .isEqualTo(Map.of("name", "orders", "skip", "3"));
    }

    @Test
    void resolveTakesAMessageOrAllAndNotBoth() throws Exception {
        DoubtCommand.Resolve one = parsed(new DoubtCommand.Resolve(), "orders", "retry", "ID:1-2");
        assertThat(one.arguments()).isEqualTo(Map.of("name", "orders", "resolution", "retry", "id", "ID:1-2"));
        assertThat(show(one, "{\"resolved\":1}")).isEqualToIgnoringNewLines("1 to be delivered once more in orders");
        DoubtCommand.Resolve all = parsed(new DoubtCommand.Resolve(), "orders", "consumed", "--all");
        assertThat(all.arguments()).isEqualTo(Map.of("name", "orders", "resolution", "consumed"));

        assertThatThrownBy(() ->
                        parsed(new DoubtCommand.Resolve(), "orders", "retry").arguments())
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("--all");
        assertThatThrownBy(() -> parsed(new DoubtCommand.Resolve(), "orders", "retry", "ID:1-2", "--all")
                        .arguments())
                .isInstanceOf(ParameterException.class);
    }
}
