// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.jms.channel.Delivery;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.message.MessageWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GroupedBacklogTest {

    /** Of tags: no limit. */
    private static final long ANY = Long.MAX_VALUE;

    private final GroupedBacklog backlog = new GroupedBacklog();
    private long lastTag;

    private Delivery delivery(String group) {
        MessageWriter writer = new MessageWriter(256);
        writer.begin()
                .timestamp(1)
                .destination(DestinationKind.QUEUE, "q")
                .replyTo(null, null)
                .correlationId(null)
                .type(null);
        if (group != null) {
            writer.property("JMSXGroupID", group);
        }
        writer.textBody("x");
        ByteBuffer sealed = writer.seal(1);
        byte[] bytes = new byte[sealed.remaining()];
        sealed.get(bytes);
        return new Delivery(1, ++lastTag, 1, false, false, false, false, 0, lastTag, List.of(), bytes);
    }

    private Delivery add(String group) {
        Delivery delivery = delivery(group);
        assertThat(backlog.add(delivery)).isTrue();
        return delivery;
    }

    @Test
    void aGroupGoesToOneTakerAtATimeAndOthersArePassedOver() {
        Delivery g1 = add("g");
        Delivery g2 = add("g");
        Delivery free = add(null);
        Delivery h1 = add("h");
        assertThat(backlog.poll("A", ANY)).isSameAs(g1);
        assertThat(backlog.poll("B", ANY)).isSameAs(free);
        assertThat(backlog.poll("B", ANY)).isSameAs(h1);
        assertThat(backlog.hasTakeable(ANY)).isFalse();
        assertThat(backlog.size()).isEqualTo(1);
        assertThat(backlog.poll("B", ANY)).isNull();
        backlog.release(g1);
        assertThat(backlog.hasTakeable(ANY)).isTrue();
        assertThat(backlog.poll("B", ANY)).isSameAs(g2);
        assertThat(backlog.bytes()).isZero();
    }

    @Test
    void nobodyTakesWhatIsAboveTheLimit() {
        Delivery g1 = add("g");
        Delivery g2 = add("g");
        Delivery free = add(null);
        assertThat(backlog.hasTakeable(0)).isFalse();
        assertThat(backlog.poll("A", 0)).isNull();
        assertThat(backlog.poll("A", g1.tag())).isSameAs(g1);
        assertThat(backlog.poll("A", g1.tag())).isNull();
        assertThat(backlog.poll("A", g2.tag())).isSameAs(g2);
        assertThat(backlog.hasTakeable(g2.tag())).isFalse();
        assertThat(backlog.poll("B", free.tag())).isSameAs(free);
    }

    @Test
    void theTakerOfAGroupMayHaveMoreOfIt() {
        Delivery g1 = add("g");
        Delivery g2 = add("g");
        assertThat(backlog.poll("A", ANY)).isSameAs(g1);
        assertThat(backlog.hasTakeable(ANY)).isFalse();
        Delivery free = add(null);
        Delivery g3 = add("g");
        assertThat(backlog.poll("A", ANY)).isSameAs(g2);
        assertThat(backlog.poll("A", ANY)).isSameAs(free);
        assertThat(backlog.poll("A", ANY)).isSameAs(g3);
        backlog.release(g1);
        backlog.release(g2);
        Delivery g4 = add("g");
        assertThat(backlog.poll("B", ANY)).isNull();
        backlog.release(g3);
        assertThat(backlog.poll("B", ANY)).isSameAs(g4);
    }

    @Test
    void whatIsPutBackComesBeforeWhatFollowsIt() {
        Delivery g1 = add("g");
        Delivery g2 = add("g");
        add("g");
        backlog.poll("A", ANY);
        backlog.poll("B", ANY);
        backlog.release(g1);
        backlog.addFirst(g1);
        assertThat(backlog.poll("B", ANY)).isSameAs(g1);
        backlog.release(g1);
        assertThat(backlog.poll("B", ANY)).isSameAs(g2);
    }

    @Test
    void whatCameAboveATagIsDropped() {
        Delivery g1 = add("g");
        add("g");
        Delivery free = add(null);
        add(null);
        add("h");
        backlog.dropAbove(free.tag());
        assertThat(backlog.size()).isEqualTo(3);
        assertThat(backlog.poll("A", ANY)).isSameAs(g1);
        assertThat(backlog.poll("B", ANY)).isSameAs(free);
        backlog.clear();
        assertThat(backlog.isEmpty()).isTrue();
        assertThat(backlog.bytes()).isZero();
        backlog.release(g1);
        assertThat(backlog.hasTakeable(ANY)).isFalse();
    }

    @Test
    void aGroupThatGoesBackIsDroppedUntilTheAnswer() {
        Delivery g1 = add("g");
        add("g");
        Delivery h1 = add("h");
        backlog.poll("A", ANY);
        int hash = g1.groupHash();
        backlog.drop(hash);
        backlog.stale(hash);
        backlog.release(g1);
        assertThat(backlog.add(delivery("g"))).isFalse();
        assertThat(backlog.poll("B", ANY)).isSameAs(h1);
        assertThat(backlog.isEmpty()).isTrue();
        backlog.fresh(hash);
        Delivery again = add("g");
        assertThat(backlog.poll("B", ANY)).isSameAs(again);
    }

    @Test
    void whateverIsTakenPutBackAndReleasedTheOrderOfAGroupHolds() {
        for (int seed = 0; seed < 300; seed++) {
            randomRun(new Random(seed), "seed " + seed);
        }
    }

    private static void randomRun(Random random, String what) {
        GroupedBacklogTest test = new GroupedBacklogTest();
        Map<String, List<Delivery>> taken = new HashMap<>();
        Map<Integer, Long> lastDone = new HashMap<>();
        int waiting = 0;
        for (int step = 0; step < 400; step++) {
            String taker = "T" + random.nextInt(3);
            List<Delivery> has = taken.computeIfAbsent(taker, t -> new ArrayList<>());
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    test.add(random.nextInt(3) == 0 ? null : "g" + random.nextInt(3));
                    waiting++;
                }
                case 2 -> {
                    Delivery next = test.backlog.poll(taker, ANY);
                    if (next != null) {
                        has.add(next);
                        waiting--;
                        taken.forEach((other, its) -> assertThat(its.stream()
                                        .filter(one -> one.isGrouped() && one.groupHash() == next.groupHash())
                                        .toList())
                                .as(what)
                                .matches(all -> all.isEmpty() || other.equals(taker) || !next.isGrouped()));
                    }
                }
                default -> {
                    if (random.nextInt(4) == 0) {
                        has.forEach(test.backlog::release);
                        for (int i = has.size() - 1; i >= 0; i--) {
                            test.backlog.addFirst(has.get(i));
                        }
                        waiting += has.size();
                        has.clear();
                    } else if (!has.isEmpty()) {
                        Delivery done = has.remove(0);
                        test.backlog.release(done);
                        if (done.isGrouped()) {
                            Long before = lastDone.put(done.groupHash(), done.tag());
                            assertThat(before == null || before < done.tag())
                                    .as(what)
                                    .isTrue();
                        }
                    }
                }
            }
            assertThat(test.backlog.size()).as(what).isEqualTo(waiting);
        }
    }
}
