// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.auth.UserName;
import io.quoin.protocol.codec.Bytes;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says who may connect. The keys of a password are derived here: the password itself stays in this process. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Says who may connect.",
        subcommands = {UserCommand.Add.class, UserCommand.Password.class, UserCommand.Remove.class, UserCommand.Ls.class
        })
final class UserCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: add, passwd, rm or ls");
    }

    private static String checked(String name) throws CliException {
        try {
            return UserName.check(name);
        } catch (IllegalArgumentException e) {
            throw new CliException(ErrorCode.USER_NOT_ALLOWED, ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** The arguments of the verbs that set a password. */
    private static Map<String, String> withKeys(String name, String password) throws CliException {
        ScramKeys keys;
        try {
            keys = ScramKeys.create(password, new SecureRandom());
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ErrorCode.USER_NOT_ALLOWED, ExitCode.USAGE, "The password cannot be used: " + e.getMessage());
        }
        return Map.of(
                "name", name,
                "salt", base64(keys.salt()),
                "iterations", Integer.toString(keys.iterations()),
                "storedKey", base64(keys.storedKey()),
                "serverKey", base64(keys.serverKey()));
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** A new user. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Adds a user. The first one is the administrator, and from then on every connection needs a user.",
                "The new user's password is asked for, or comes from QUOIN_NEW_PASSWORD or standard input."
            })
    static final class Add extends SetPassword {

        Add() {
            super("user.add");
        }

        @Override
        void done(Console console, String name, Json answer) throws IOException {
            console.line("user " + name + " added");
            if (answer.get("administrator").text().equals("true")) {
                console.say(name + " is the first user, and so the administrator: from now on every connection needs a"
                        + " user and a password.");
            }
        }
    }

    /** A new password. */
    @Command(
            name = "passwd",
            mixinStandardHelpOptions = true,
            description = {
                "Changes a user's password. The user's open connections end.",
                "The new password is asked for, or comes from QUOIN_NEW_PASSWORD or standard input."
            })
    static final class Password extends SetPassword {

        Password() {
            super("user.passwd");
        }

        @Override
        void done(Console console, String name, Json answer) throws IOException {
            console.line("password of " + name + " changed");
        }
    }

    /** What gives a user a password. */
    private abstract static class SetPassword implements Callable<Integer> {

        private final String verb;

        @Mixin
        private final ServerOption server = new ServerOption();

        @Parameters(paramLabel = "NAME", description = "The user's name.")
        private String name = "";

        @Option(names = "--password-stdin", description = "Reads the password from a line of standard input.")
        private boolean fromStandardInput;

        SetPassword(String verb) {
            this.verb = verb;
        }

        /** Says what was done. */
        abstract void done(Console console, String name, Json answer) throws IOException;

        @Override
        public final Integer call() throws CliException, JMSException, IOException {
            Console console = Console.standard();
            checked(name);
            Map<String, String> arguments = withKeys(name, Passwords.create(name, fromStandardInput));
            try (AdminClient admin = AdminClient.connect(server)) {
                done(console, name, Json.parse(admin.request(verb, arguments)));
            }
            console.flush();
            return ExitCode.OK;
        }
    }

    /** A user less. */
    @Command(
            name = "rm",
            mixinStandardHelpOptions = true,
            description = "Removes a user, whose open connections end. The administrator goes last.")
    static final class Remove implements Callable<Integer> {

        @Mixin
        private final ServerOption server = new ServerOption();

        @Parameters(paramLabel = "NAME", description = "The user's name.")
        private String name = "";

        @Override
        public Integer call() throws CliException, JMSException, IOException {
            Console console = Console.standard();
            try (AdminClient admin = AdminClient.connect(server)) {
                Json answer = Json.parse(admin.request("user.rm", Map.of("name", checked(name))));
                console.line("user " + name + " removed");
                if (answer.get("users").text().equals("0")) {
                    console.say("No user is left: everybody on the server's machine may connect without a password.");
                }
            }
            console.flush();
            return ExitCode.OK;
        }
    }

    /** All users. */
    @Command(name = "ls", mixinStandardHelpOptions = true, description = "Lists all users.")
    static final class Ls extends AdminCommand {

        Ls() {
            super("user.ls");
        }

        @Override
        void show(Console console, Json answer) throws IOException {
            table(console, answer.get("users").items());
        }

        private static void table(Console console, List<Json> users) throws IOException {
            int width = 4;
            for (Json user : users) {
                width = Math.max(width, user.get("name").text().length());
            }
            String row = "%-" + width + "s  %s";
            console.line(String.format(Locale.ROOT, row, "USER", "ROLE"));
            for (Json user : users) {
                boolean administrator = user.get("administrator").text().equals("true");
                console.line(String.format(
                        Locale.ROOT, row, user.get("name").text(), administrator ? "administrator" : "user"));
            }
        }
    }
}
