// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.groups.Event.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A checker that finds nothing proves nothing: every violation is planted, and beside it what is just allowed. */
class GroupCheckerTest {
    private static final int A = Event.consumer(1, 0);
    private static final int B = Event.consumer(2, 0);
    private static final MessageId M0 = new MessageId(0, 7, 0);
    private static final MessageId M1 = new MessageId(0, 7, 1);
    private static final MessageId M2 = new MessageId(0, 7, 2);
    private static final MessageId OTHER_PRODUCER = new MessageId(1, 7, 0);
    private static final MessageId OTHER_GROUP = new MessageId(0, 8, 0);

    private final Story story = new Story().opened(A).opened(B);

    private List<Violation.Kind> violations() {
        List<Violation> found = GroupChecker.check(story.events(), Rules.QUOIN);
        assertThat(found).allSatisfy(v -> assertThat(v.toString()).contains(v.sentence()));
        return found.stream().map(Violation::kind).toList();
    }

    private void allowed() {
        assertThat(violations()).isEmpty();
    }

    private void found(Violation.Kind... kinds) {
        assertThat(violations()).containsExactly(kinds);
    }

    @Test
    void oneConsumerThatTakesAllInOrderIsFine() {
        story.sent(M0).sent(M1).sent(OTHER_GROUP);
        story.delivered(A, M0).delivered(A, OTHER_GROUP).delivered(A, M1).accepted(A);
        allowed();
    }

    @Test
    void eventsCountByTheirTimesNotByTheirPlace() {
        story.sent(M0).delivered(A, M0).accepted(A);
        List<Event> shuffled = new ArrayList<>(story.events());
        Collections.reverse(shuffled);
        assertThat(GroupChecker.check(shuffled, Rules.QUOIN)).isEmpty();
    }

    @Test
    void aConfirmedMessageThatNeverComesIsLost() {
        story.sent(M0);
        found(Violation.Kind.LOST);
    }

    @Test
    void aConfirmedMessageThatIsNeverAcceptedIsLost() {
        story.sent(M0).delivered(A, M0).happens(Kind.KILLED, A);
        found(Violation.Kind.LOST);
    }

    @Test
    void anUnconfirmedMessageMayBeMissingButNotComeLate() {
        story.sending(M0).sent(M1).delivered(A, M1).accepted(A);
        allowed();
        story.delivered(A, M0).accepted(A);
        found(Violation.Kind.ORDER);
    }

    @Test
    void aNonPersistentMessageMayBeMissingOnlyIfTheServerWasKilled() {
        story.sentVolatile(M0).sent(M1).delivered(A, M1).accepted(A);
        found(Violation.Kind.ORDER, Violation.Kind.SKIPPED, Violation.Kind.LOST);

        Story killed = new Story().opened(A).sentVolatile(M0).sent(M1);
        killed.happens(Kind.SERVER_KILLED, -1).happens(Kind.SERVER_UP, -1);
        killed.delivered(A, M1).accepted(A);
        assertThat(GroupChecker.check(killed.events(), Rules.QUOIN)).isEmpty();
    }

    @Test
    void whatNobodySentIsAGhost() {
        story.delivered(A, M0).accepted(A);
        found(Violation.Kind.GHOST);
    }

    @Test
    void whatItsProducerRolledBackIsAGhost() {
        story.aborted(M0).delivered(A, M0).accepted(A);
        found(Violation.Kind.GHOST);
    }

    @Test
    void aMessageOvertakenByALaterOneIsFound() {
        story.sent(M0).sent(M1).delivered(A, M1).accepted(A).delivered(A, M0).accepted(A);
        found(Violation.Kind.ORDER, Violation.Kind.SKIPPED);
    }

    @Test
    void aRedeliveryThatDoesNotBeginAtTheLowestIsFound() {
        story.sent(M0).sent(M1).delivered(A, M0).delivered(A, M1).happens(Kind.RETURNING, A);
        story.deliveredAgain(A, M1).deliveredAgain(A, M0).accepted(A);
        found(Violation.Kind.ORDER);
    }

    @Test
    void anAcknowledgementThatLeavesOutAnEarlierMessageIsFound() {
        story.sent(M0).sent(M1).delivered(A, M0).delivered(A, M1);
        story.acceptedOne(A, M1).acceptedOne(A, M0);
        found(Violation.Kind.SKIPPED);
    }

    @Test
    void aRedeliveryWithoutTheFlagIsFound() {
        story.sent(M0)
                .delivered(A, M0)
                .happens(Kind.RETURNING, A)
                .delivered(A, M0)
                .accepted(A);
        found(Violation.Kind.UNFLAGGED);
    }

    @Test
    void aDeliveryCountThatContradictsTheFlagIsFound() {
        story.sent(M0).delivered(A, M0, 2, Event.GROUP_FIRST).accepted(A);
        found(Violation.Kind.UNFLAGGED);
    }

    @Test
    void whatWasAcceptedDoesNotComeAgain() {
        story.sent(M0).delivered(A, M0).accepted(A).deliveredAgain(B, M0).accepted(B);
        found(Violation.Kind.AGAIN);
    }

    @Test
    void twoConsumersAtWorkOnOneGroupAreFound() {
        story.sent(M0).sent(OTHER_PRODUCER);
        story.delivered(A, M0).delivered(B, OTHER_PRODUCER).accepted(A).accepted(B);
        found(Violation.Kind.OVERLAP);
    }

    @Test
    void twoConsumersAtWorkOnTwoGroupsAreFine() {
        story.sent(M0).sent(OTHER_GROUP);
        story.delivered(A, M0).delivered(B, OTHER_GROUP).accepted(A).accepted(B);
        allowed();
    }

    @Test
    void anIntervalEndsWhenItsAcknowledgementIsAboutToBeSent() {
        story.sent(M0).sent(M1).delivered(A, M0).happens(Kind.ACCEPTING, A);
        story.delivered(B, M1).happens(Kind.ACCEPTED, A).accepted(B);
        allowed();
    }

    @Test
    void whatWasPassedByALaterOneCannotBeRefused() {
        story.sent(M0).sent(M1).delivered(A, M0).happens(Kind.ACCEPTING, A);
        story.delivered(B, M1).happens(Kind.REFUSED, A).accepted(B);
        assertThat(violations()).contains(Violation.Kind.ORDER);
    }

    @Test
    void anIntervalEndsAtTheKillAndAtTheClose() {
        story.sent(M0).delivered(A, M0).happens(Kind.KILLED, A);
        story.deliveredAgain(B, M0).happens(Kind.CLOSING, B).happens(Kind.CLOSED, B);
        int c = Event.consumer(2, 1);
        story.opened(c)
                .delivered(c, M0, 3, Event.GROUP_FIRST | Event.REDELIVERED)
                .accepted(c);
        allowed();
    }

    @Test
    void aStopThatIsShorterThanTheSessionTimeoutFencesNobody() {
        story.sent(M0).delivered(A, M0).happens(Kind.STOPPED, A).pause(1_500);
        story.deliveredAgain(B, M0).happens(Kind.CONTINUED, A).refused(A).accepted(B);
        found(Violation.Kind.OVERLAP);
    }

    @Test
    void aLongerStopMayFenceItsConsumer() {
        story.sent(M0).sent(M1).delivered(A, M0).happens(Kind.STOPPED, A).pause(2_500);
        story.deliveredAgain(B, M0).happens(Kind.CONTINUED, A).refused(A).accepted(B);
        story.delivered(B, M1).accepted(B);
        allowed();
    }

    @Test
    void soMayAStallOfItsMachine() {
        story.sent(M0).delivered(A, M0).stalled(A, 2_500);
        story.deliveredAgain(B, M0).refused(A).accepted(B);
        allowed();
    }

    @Test
    void aConsumerMayBeStoppedBetweenBeingGivenAMessageAndSayingSo() {
        story.sent(M0).happens(Kind.STOPPED, A).pause(2_500);
        story.deliveredAgain(B, M0).accepted(B).happens(Kind.CONTINUED, A);
        story.delivered(A, M0).refused(A);
        allowed();
    }

    @Test
    void whatItWasGivenBeforeAStopMayNotCount() {
        story.sent(M0).happens(Kind.STOPPED, A).pause(2_500);
        story.deliveredAgain(B, M0).accepted(B).happens(Kind.CONTINUED, A);
        story.delivered(A, M0).accepted(A);
        found(Violation.Kind.ZOMBIE);
    }

    @Test
    void onlyOneMessageCanHaveBeenGivenBeforeAStop() {
        story.sent(M0).sent(M1).happens(Kind.STOPPED, A).pause(2_500);
        story.deliveredAgain(B, M0).deliveredAgain(B, M1).accepted(B).happens(Kind.CONTINUED, A);
        story.delivered(A, M0).delivered(A, M1);
        found(Violation.Kind.AGAIN, Violation.Kind.UNFLAGGED);
    }

    @Test
    void whatIsGivenToAStoppedOnesSuccessorBeforeItMayBeFencedIsAnOverlap() {
        story.sent(M0).happens(Kind.STOPPED, A).pause(500);
        story.deliveredAgain(B, M0).pause(500).happens(Kind.CONTINUED, A).deliveredAgain(A, M0);
        assertThat(violations()).contains(Violation.Kind.OVERLAP);
    }

    @Test
    void aFencedConsumerWhoseAcknowledgementIsConfirmedIsFound() {
        story.sent(M0).delivered(A, M0).happens(Kind.STOPPED, A).pause(2_500);
        story.deliveredAgain(B, M0).happens(Kind.CONTINUED, A).accepted(A).accepted(B);
        found(Violation.Kind.ZOMBIE);
    }

    @Test
    void aRefusalWithoutAReasonIsFound() {
        story.sent(M0).delivered(A, M0).refused(A).deliveredAgain(A, M0).accepted(A);
        found(Violation.Kind.REFUSED);
    }

    @Test
    void aCommitOfUnknownOutcomeWasDoneOrNotButNotBoth() {
        story.openedTransacted(A).sent(M0).sent(M1);
        story.delivered(A, M0).happens(Kind.ACCEPTING, A).happens(Kind.UNKNOWN, A);
        story.deliveredAgain(B, M0).accepted(B).delivered(B, M1).accepted(B);
        allowed();
        story.sent(M2).delivered(A, M2).happens(Kind.ACCEPTING, A).happens(Kind.UNKNOWN, A);
        MessageId next = new MessageId(0, 7, 3);
        story.sent(next).delivered(B, next).accepted(B).deliveredAgain(B, M2).accepted(B);
        found(Violation.Kind.AGAIN);
    }

    @Test
    void whatAListenerHasDoneComesAgainOnlyAfterAFault() {
        story.sent(M0).delivered(A, M0).finished(A, M0).happens(Kind.KILLED, A);
        story.deliveredAgain(B, M0).accepted(B);
        allowed();
        story.sent(M1).delivered(B, M1).finished(B, M1).deliveredAgain(B, M1).finished(B, M1);
        found(Violation.Kind.REPEATED);
    }

    @Test
    void aFaultLongAfterAListenersReturnIsNoExcuse() {
        story.sent(M0).delivered(A, M0).finished(A, M0).pause(10_000).happens(Kind.KILLED, A);
        story.deliveredAgain(B, M0).accepted(B);
        found(Violation.Kind.REPEATED);
    }

    @Test
    void anOrderlyCloseAcknowledgesWhatListenersHaveDone() {
        story.sent(M0).delivered(A, M0).finished(A, M0).happens(Kind.CLOSING, A).happens(Kind.CLOSED, A);
        story.deliveredAgain(B, M0).accepted(B);
        found(Violation.Kind.AGAIN);
    }

    @Test
    void whatAListenerHasDoneIsAcceptedOnceALaterMessageCame() {
        story.sent(M0)
                .sent(M1)
                .delivered(A, M0)
                .finished(A, M0)
                .delivered(A, M1)
                .finished(A, M1);
        story.happens(Kind.KILLED, A)
                .deliveredAgain(B, M0)
                .accepted(B)
                .deliveredAgain(B, M1)
                .accepted(B);
        found(Violation.Kind.AGAIN);
    }

    @Test
    void theFirstMessageAtANewConsumerSaysSo() {
        story.sent(M0).sent(M1).delivered(A, M0).accepted(A);
        story.delivered(A, M1, 1, 0).accepted(A);
        allowed();
        story.sent(M2).delivered(B, M2, 1, 0).accepted(B);
        found(Violation.Kind.NOT_FIRST);
        assertThat(GroupChecker.check(story.events(), Rules.PLAIN)).isEmpty();
    }

    @Test
    void whatHappensInAProcessAfterItsKillWasBegunIsNoOverlap() {
        story.sent(M0).sent(M1).delivered(A, M0).happens(Kind.KILLED, A);
        story.delivered(A, M1)
                .deliveredAgain(B, M0)
                .accepted(B)
                .deliveredAgain(B, M1)
                .accepted(B);
        assertThat(violations()).doesNotContain(Violation.Kind.OVERLAP);
    }

    @Test
    void eventsSurviveTheirTextForm() {
        story.sent(M0).delivered(A, M0).stalled(B, 700);
        assertThat(story.events())
                .allSatisfy(e -> assertThat(Event.parse(e.line())).isEqualTo(e));
    }
}
