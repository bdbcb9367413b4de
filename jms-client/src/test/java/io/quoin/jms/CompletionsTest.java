// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.IllegalStateException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CompletionsTest {

    private final Completions completions = new Completions("completions");

    @Test
    void whatWasSentAsTheSessionWasClosedIsToldAfterwards() throws Exception {
        CompletableFuture<Thread> told = new CompletableFuture<>();
        completions.expect();

        completions.close();
        completions.settle(() -> told.complete(Thread.currentThread()));

        Thread thread = told.get(5, TimeUnit.SECONDS);
        thread.join(5_000);
        assertThat(thread.isAlive()).as("ends after the last one").isFalse();
    }

    @Test
    void nothingIsSentThatNobodyWouldTellOf() {
        completions.close();

        assertThatThrownBy(completions::expect).isInstanceOf(IllegalStateException.class);
    }
}
