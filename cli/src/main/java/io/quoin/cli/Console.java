// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Standard output as bytes in UTF-8, whatever the machine's locale is, and standard error for people. */
final class Console {

    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputStream out;
    private final PrintStream err;
    private final boolean interactive;

    Console(OutputStream out, PrintStream err, boolean interactive) {
        this.out = out;
        this.err = err;
        this.interactive = interactive;
    }

    /** The process's own. */
    static Console standard() {
        return new Console(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                System.err,
                isTerminal());
    }

    /** Buffered: {@link #flush} sends it. */
    void line(byte[] bytes) throws IOException {
        out.write(bytes);
        out.write('\n');
    }

    /** Buffered: {@link #flush} sends it. */
    void line(String text) throws IOException {
        line(text.getBytes(StandardCharsets.UTF_8));
    }

    void flush() throws IOException {
        out.flush();
    }

    /** One line on standard error. */
    void say(String text) {
        err.println(text);
    }

    /** The same line on standard error again and again, for somebody who watches. */
    void progress(String text) {
        if (interactive) {
            err.print("\r" + text + "\033[K");
            err.flush();
        }
    }

    /** Ends a line of progress. */
    void progressDone() {
        if (interactive) {
            err.print("\r\033[K");
            err.flush();
        }
    }

    /** Whether a person watches. */
    boolean isInteractive() {
        return interactive;
    }

    /** From Java 22 on there is always a console, and it says itself whether somebody sits at it. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
