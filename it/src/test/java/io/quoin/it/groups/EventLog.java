// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import io.quoin.it.groups.Event.Kind;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a process writes down what it does and sees. An event is with the operating system when the method returns, so that it survives the process.
 *
 * <p>Thread: any.
 */
final class EventLog implements AutoCloseable {
    private static final String SUFFIX = ".events";

    private final OutputStream file;

    EventLog(Path folder, String name) throws IOException {
        file = new FileOutputStream(folder.resolve(name + SUFFIX).toFile(), true);
    }

    void add(Kind kind, int consumer, @Nullable MessageId message, int number, int flags) {
        synchronized (file) {
            Event event = new Event(System.nanoTime(), kind, consumer, message, number, flags);
            try {
                file.write((event.line() + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException("An event could not be recorded", e);
            }
        }
    }

    void add(Kind kind, int consumer, @Nullable MessageId message) {
        add(kind, consumer, message, 0, 0);
    }

    void add(Kind kind, int consumer) {
        add(kind, consumer, null, 0, 0);
    }

    /** All that was recorded in a folder. A line that a kill has cut off is left out. */
    static List<Event> read(Path folder) throws IOException {
        List<Event> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
                String text = Files.readString(file);
                text.substring(0, text.lastIndexOf('\n') + 1)
                        .lines()
                        .map(Event::parse)
                        .forEach(events::add);
            }
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
