// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who is interrupted when a bean is stopped. */
class WorkerTest {

    private final Worker worker = new Worker();

    @Test
    void theThreadOfABeanIsInterruptedAndGivenBackAsItWas() {
        worker.begin();
        worker.interrupt();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        worker.end();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aThreadThatWasGivenBackIsNotInterrupted() {
        worker.begin();
        worker.end();
        worker.interrupt();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void whatComesIntoItsHandsAfterwardsIsInterruptedToo() {
        worker.interrupt();
        worker.begin();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        worker.end();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void anInterruptOfSomebodyElseStays() {
        worker.begin();
        Thread.currentThread().interrupt();
        worker.end();
        assertThat(Thread.interrupted()).isTrue();
    }
}
