// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {

    private static final Map<Integer, String> CHAPTERS = new TreeMap<>(Map.of(
            1, "Connection and protocol",
            2, "Destinations, subscriptions, consumers and names",
            3, "Transactions",
            4, "Limits, resources and messages",
            5, "Storage",
            6, "Command line and configuration",
            7, "Resource adapter",
            9, "Internal"));

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyCodeIsWellFormed(ErrorCode code) {
        assertThat(ErrorCode.find(code.number())).isSameAs(code);
        assertThat(code.code()).matches("QN-[1-9][0-9]{3}");
        assertThat(CHAPTERS).containsKey(code.number() / 1_000);
        assertThat(code.summary()).matches("(?s)[A-Z].*[^.]").doesNotContain("|");
        assertThat(code.advice()).matches("(?s)[A-Z].*\\.").doesNotContain("|");
        assertThat(code.message("It is so.")).isEqualTo(code.code() + ": It is so.");
    }

    /** Whatever sentence comes before the advice, with its stop or without. */
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void noMessageHasTwoStopsInARow(ErrorCode code) {
        for (String text : List.of("It is so", "It is so.", "Was it 'so'?", "Stop!", code.summary(), code.advice())) {
            String message = code.messageWithAdvice(text);
            assertThat(message).doesNotContainPattern("[.!?,;:][.!?,;:]").doesNotContain("  ");
            assertThat(message).endsWith(code.advice()).startsWith(code.code() + ": " + text);
            assertThat(message.split(Pattern.quote(code.advice()), -1))
                    .as("advice, once")
                    .hasSize(2);
        }
    }

    @Test
    void codesStandInTheOrderOfTheirNumbers() {
        assertThat(ErrorCode.values()).isSortedAccordingTo(Comparator.comparingInt(ErrorCode::number));
        assertThat(ErrorCode.find(0)).isNull();
    }

    @Test
    void theDocumentListsExactlyTheCodesThatThereAre() throws IOException {
        String expected = document();
        Path generated = Path.of("target", "errors.md");
        Files.writeString(generated, expected);

        assertThat(Files.readString(Path.of("..", "docs", "errors.md")))
                .as("docs/errors.md is out of date: copy protocol/target/errors.md over it")
                .isEqualTo(expected);
    }

    private static String document() {
        String chapters = CHAPTERS.entrySet().stream()
                .map(chapter -> chapter(chapter.getKey(), chapter.getValue()))
                .collect(Collectors.joining("\n"));
        return """
                # Errors

                Every error that Quoin reports has a code, which stays the same from release to release, followed by a sentence that
                names what it is about. This list is generated from `ErrorCode` in `protocol/`, and a test compares the two. The kind
                tells which exception of `jakarta.jms` the client throws; its `getErrorCode()` is the code.

                """ + kinds() + "\n" + chapters;
    }

    private static String kinds() {
        return Stream.of(ErrorKind.values())
                .map(kind -> "- " + kind + ": `" + exception(kind) + "`\n")
                .collect(Collectors.joining());
    }

    private static String exception(ErrorKind kind) {
        return switch (kind) {
            case GENERAL -> "JMSException";
            case ILLEGAL_STATE -> "IllegalStateException";
            case INVALID_DESTINATION -> "InvalidDestinationException";
            case INVALID_SELECTOR -> "InvalidSelectorException";
            case INVALID_CLIENT_ID -> "InvalidClientIDException";
            case SECURITY -> "JMSSecurityException";
            case RESOURCE -> "ResourceAllocationException";
            case TRANSACTION_ROLLED_BACK -> "TransactionRolledBackException";
            case TRANSACTION_IN_PROGRESS -> "TransactionInProgressException";
            case MESSAGE_FORMAT -> "MessageFormatException";
        };
    }

    private static String chapter(int thousand, String title) {
        List<String> rows = Stream.of(ErrorCode.values())
                .filter(code -> code.number() / 1_000 == thousand)
                .map(code -> "| " + code.code() + " | " + code.summary() + " | " + code.advice() + " | " + code.kind()
                        + " |\n")
                .toList();
        return "## " + title + "\n\n| code | what happened | what to do | kind |\n|---|---|---|---|\n"
                + String.join("", rows);
    }
}
