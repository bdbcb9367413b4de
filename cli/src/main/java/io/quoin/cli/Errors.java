// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.NearestName;
import io.quoin.protocol.ProtocolException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever went wrong into one sentence with a code and what to do next. People never see a stack trace. */
final class Errors implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private static final Pattern CODE = Pattern.compile("QN-(\\d{4})");

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, @Nullable ParseResult parsed) {
        return report(failure, command.getErr());
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String text = failure instanceof UnmatchedArgumentException unmatched
                ? unmatched(unmatched, command)
                : String.valueOf(failure.getMessage());
        command.getErr()
                .println("quoin: " + ErrorCode.USAGE.message(ErrorCode.sentence(text)) + " See '"
                        + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /**
     * Prints one failure.
     *
     * @return the exit code that belongs to it
     */
    static int report(Throwable failure, PrintWriter err) {
        if (failure instanceof CliException known) {
            return print(err, known.code(), String.valueOf(known.getMessage()), known.exitCode());
        }
        if (failure instanceof ProtocolException known) {
            return print(err, known.code(), known.text(), exitCode(known.code()));
        }
        String message = String.valueOf(failure.getMessage());
        ErrorCode code = codeOf(failure, message);
        if (code != null) {
            return print(err, code, message.replaceFirst("^QN-\\d{4}:? *", ""), exitCode(code));
        }
        if (failure instanceof JMSException || failure instanceof JMSRuntimeException) {
            err.println("quoin: " + ErrorCode.sentence(message));
            return ExitCode.SOFTWARE;
        }
        return print(
                err,
                ErrorCode.INTERNAL_ERROR,
                failure.getClass().getSimpleName() + (failure.getMessage() == null ? "" : ": " + message),
                ExitCode.SOFTWARE);
    }

    private static int print(PrintWriter err, ErrorCode code, String text, int exitCode) {
        err.println("quoin: " + code.messageWithAdvice(text));
        return exitCode;
    }

    private static int exitCode(ErrorCode code) {
        return switch (code) {
            case UNKNOWN_DESTINATION,
                    SUBSCRIPTION_UNKNOWN,
                    FILE_NOT_READABLE,
                    NOT_A_DATA_FOLDER,
                    USER_UNKNOWN,
                    TRANSACTION_UNKNOWN -> CliException.NOT_FOUND;
            case BAD_URI, UNKNOWN_OPTION, BAD_VALUE, USAGE, BAD_CONFIGURATION, USER_NOT_ALLOWED -> ExitCode.USAGE;
            default -> ExitCode.SOFTWARE;
        };
    }

    private static @Nullable ErrorCode codeOf(Throwable failure, String message) {
        String text = failure instanceof JMSException jms && jms.getErrorCode() != null
                ? jms.getErrorCode()
                : failure instanceof JMSRuntimeException jms && jms.getErrorCode() != null
                        ? jms.getErrorCode()
                        : message;
        Matcher code = CODE.matcher(text);
        return code.find() ? ErrorCode.find(Integer.parseInt(code.group(1))) : null;
    }

    private static String unmatched(UnmatchedArgumentException failure, CommandLine command) {
        String argument = failure.getUnmatched().get(0);
        boolean option = argument.startsWith("-");
        List<String> known = new ArrayList<>(
                option
                        ? command.getCommandSpec().optionsMap().keySet()
                        : command.getSubcommands().keySet());
        String name = option && argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
        String nearest = NearestName.of(name, known);
        String what = option ? "option" : known.isEmpty() ? "argument" : "command";
        return "unknown " + what + " '" + argument + "'" + (nearest == null ? "" : "; did you mean '" + nearest + "'?");
    }
}
