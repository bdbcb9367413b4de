// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs what may block on a thread of its own. */
final class Background {

    private Background() {}

    interface Task {
        void run() throws Exception;
    }

    interface Question<T> {
        T ask() throws Exception;
    }

    static CompletableFuture<Void> run(Task task) {
        return ask(() -> {
            task.run();
            return null;
        });
    }

    static <T> CompletableFuture<T> ask(Question<T> question) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return question.ask();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                task -> new Thread(task, "background").start());
    }
}
