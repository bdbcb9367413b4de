// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.server.core.xa.XaTable.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every call in every state, against the table as people read it (docs/transactions.md). */
public class XaTableTest {

    /** The table of docs/transactions.md. */
    public static final String TABLE = """
            | | START | START_JOIN | START_RESUME | END_SUCCESS | END_FAIL | END_SUSPEND | PREPARE | COMMIT_ONE_PHASE | COMMIT | ROLLBACK | FORGET |
            |---|---|---|---|---|---|---|---|---|---|---|---|
            | UNKNOWN | BEGIN 0 | NOTA | NOTA | NOTA | NOTA | NOTA | NOTA | NOTA | NOTA | NOTA | NOTA |
            | ACTIVE_HERE | DUPID | PROTO | PROTO | LEAVE 0 | LEAVE_FAILED 0 | SUSPEND 0 | PROTO | PROTO | PROTO | PROTO | PROTO |
            | SUSPENDED_HERE | DUPID | PROTO | RESUME 0 | LEAVE 0 | LEAVE_FAILED 0 | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO |
            | ACTIVE_ELSEWHERE | DUPID | JOIN 0 | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO |
            | IDLE | DUPID | JOIN 0 | PROTO | PROTO | PROTO | PROTO | PREPARE 0 | COMMIT_ONE_PHASE 0 | PROTO | ROLL_BACK 0 | PROTO |
            | FAILED_HERE | DUPID | PROTO | PROTO | LEAVE RB | LEAVE 0 | LEAVE RB | PROTO | PROTO | PROTO | PROTO | PROTO |
            | FAILED_SUSPENDED | DUPID | PROTO | RB | LEAVE RB | LEAVE 0 | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO |
            | FAILED_ELSEWHERE | DUPID | RB | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO |
            | FAILED | DUPID | RB | PROTO | PROTO | PROTO | PROTO | ROLL_BACK RB | ROLL_BACK RB | PROTO | ROLL_BACK 0 | PROTO |
            | PREPARED | DUPID | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | COMMIT 0 | ROLL_BACK 0 | PROTO |
            | DECIDED_COMMIT | DUPID | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | HEURCOM | HEURCOM | FORGET 0 |
            | DECIDED_ROLLBACK | DUPID | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | PROTO | HEURRB | HEURRB | FORGET 0 |
            """;

    /** A cell of the table. */
    public record Cell(BranchView view, XaCall call, String text) {}

    /** All cells. */
    public static List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        List<String> lines = TABLE.lines().toList();
        List<String> calls = columns(lines.get(0));
        for (String line : lines.subList(2, lines.size())) {
            List<String> columns = columns(line);
            for (int i = 1; i < columns.size(); i++) {
                cells.add(new Cell(BranchView.valueOf(columns.get(0)), XaCall.valueOf(calls.get(i)), columns.get(i)));
            }
        }
        return cells;
    }

    private static List<String> columns(String line) {
        return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
                .map(String::strip)
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> everyCallInEveryState() {
        assertThat(cells()).hasSize(BranchView.values().length * XaCall.values().length);
        return cells().stream()
                .map(cell -> DynamicTest.dynamicTest(
                        cell.call() + " of a branch that is " + cell.view(),
                        () -> assertThat(text(XaTable.verdict(cell.call(), cell.view())))
                                .isEqualTo(cell.text())));
    }

    @Test
    void theTableIsTheOneOfTheDocumentation() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "transactions.md"))).contains(TABLE);
    }

    private static String text(Verdict verdict) {
        return switch (verdict.action()) {
            case NOTHING ->
                switch (verdict.code()) {
                    case XaCode.UNKNOWN_BRANCH -> "NOTA";
                    case XaCode.PROTOCOL_ERROR -> "PROTO";
                    case XaCode.DUPLICATE_XID -> "DUPID";
                    case XaCode.HEURISTIC_COMMIT -> "HEURCOM";
                    case XaCode.HEURISTIC_ROLLBACK -> "HEURRB";
                    default -> "?";
                };
            case SAY_WHY -> "RB";
            case LEAVE_AND_SAY_WHY -> "LEAVE RB";
            case ROLL_BACK_AND_SAY_WHY -> "ROLL_BACK RB";
            case ROLL_BACK_PREPARED -> "ROLL_BACK 0";
            default -> verdict.action() + " " + verdict.code();
        };
    }
}
