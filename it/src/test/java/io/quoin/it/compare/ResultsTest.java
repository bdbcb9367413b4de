// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final Work WORK = Work.all(1).get(0);

    private final Results results = new Results();

    @Test
    void aFigureIsTheMedianOfItsBlocks() {
        add("Quoin", 5, 1, 100);

        assertThat(results.median(WORK, "Quoin", Block::perSecond)).isEqualTo(5);
        assertThat(results.median(WORK, "Artemis", Block::perSecond)).isNaN();
    }

    @Test
    void theMedianOfAnEvenNumberIsInTheMiddleAndWhatIsNotANumberDoesNotCount() {
        assertThat(Results.median(DoubleStream.of(4, Double.NaN, 1, 2, 3))).isEqualTo(2.5);
        assertThat(Results.median(DoubleStream.empty())).isNaN();
    }

    @Test
    void aRatioIsTheMedianOfTheRatiosOfEachRoundNotTheRatioOfMedians() {
        add("Quoin", 10, 200, 30);
        add("Artemis", 5, 20, 1);

        assertThat(results.ratio(WORK, "Quoin", "Artemis", Block::perSecond)).isEqualTo(10);
    }

    @Test
    void theBestOfTheOthersIsChosenInEachRound() {
        add("Quoin", 100, 100, 100);
        add("Artemis", 50, 10, 10);
        add("Classic", 10, 50, 20);

        assertThat(results.ratioToBest(WORK, "Quoin", List.of("Artemis", "Classic"), true, Block::perSecond))
                .isEqualTo(2);
        assertThat(results.ratioToBest(WORK, "Quoin", List.of("Artemis", "Classic"), false, Block::perSecond))
                .isEqualTo(10);
    }

    @Test
    void whoHasFailedInALaterRoundIsComparedInTheOthers() {
        add("Quoin", 100, 300);
        add("Artemis", 50);

        assertThat(results.ratio(WORK, "Quoin", "Artemis", Block::perSecond)).isEqualTo(2);
        assertThat(results.difference(WORK, "Quoin", "Artemis", Block::perSecond))
                .isCloseTo(50, within(1e-9));
        assertThat(results.ratio(WORK, "Quoin", "nobody", Block::perSecond)).isNaN();
    }

    private void add(String participant, double... perSecond) {
        for (int round = 0; round < perSecond.length; round++) {
            results.add(WORK, participant, round, new Block(perSecond[round], 0, 0, 0, 0, 0, 0));
        }
    }
}
