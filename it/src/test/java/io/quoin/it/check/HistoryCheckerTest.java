// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A checker that finds nothing proves nothing: each violation is planted once. */
class HistoryCheckerTest {
    private final History history = new History();
    private final int consumer = history.newConsumer();

    private void sentAndConfirmed(int sequence) {
        history.sending(0, sequence);
        history.sent(0, sequence);
    }

    private List<String> violations() {
        return HistoryChecker.check(history);
    }

    @Test
    void aCleanHistoryHasNoViolations() {
        for (int i = 0; i < 3; i++) {
            sentAndConfirmed(i);
            history.received(consumer, 0, i, false, true);
        }
        history.acknowledged(consumer, 0, 0);
        history.received(history.newConsumer(), 0, 1, true, true);

        assertThat(violations()).isEmpty();
    }

    @Test
    void aConfirmedSendThatNeverArrivesIsLost() {
        sentAndConfirmed(0);

        assertThat(violations()).singleElement().asString().startsWith("lost: message 0 of producer 0");
    }

    @Test
    void anUnconfirmedSendMayVanish() {
        history.sending(0, 0);

        assertThat(violations()).isEmpty();
    }

    @Test
    void aMessageThatNobodySentIsAGhost() {
        history.received(consumer, 7, 0, false, true);

        assertThat(violations()).singleElement().asString().startsWith("ghost:");
    }

    @Test
    void aDeliveryAfterTheConfirmedAcknowledgementIsFound() {
        sentAndConfirmed(0);
        history.received(consumer, 0, 0, false, true);
        history.acknowledged(consumer, 0, 0);
        history.received(history.newConsumer(), 0, 0, true, true);

        assertThat(violations()).singleElement().asString().startsWith("again:");
    }

    @Test
    void aSecondDeliveryWithoutTheFlagIsFound() {
        sentAndConfirmed(0);
        history.received(consumer, 0, 0, false, true);
        history.received(history.newConsumer(), 0, 0, false, true);

        assertThat(violations()).singleElement().asString().startsWith("unflagged:");
    }

    @Test
    void messagesOfOneProducerOutOfOrderAreFound() {
        sentAndConfirmed(0);
        sentAndConfirmed(1);
        history.received(consumer, 0, 1, false, true);
        history.received(consumer, 0, 0, false, true);

        assertThat(violations()).singleElement().asString().startsWith("order:");
    }

    @Test
    void aForeignBodyIsFound() {
        sentAndConfirmed(0);
        history.received(consumer, 0, 0, false, false);

        assertThat(violations()).singleElement().asString().startsWith("damaged:");
    }

    @Test
    void aDeadLetterCountsAsDelivered() {
        sentAndConfirmed(0);
        history.dead(0, 0, true);

        assertThat(violations()).isEmpty();
    }
}
