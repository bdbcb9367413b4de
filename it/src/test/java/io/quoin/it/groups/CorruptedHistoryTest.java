// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.groups.Event.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Histories that are good by construction pass; one wrong event in any of them is found. */
class CorruptedHistoryTest {
    private static final int HISTORIES = Integer.getInteger("quoin.histories", 100);

    /** A way to spoil a history: the events that it may be done to, and what becomes of one of them. */
    private enum Corruption {
        THE_ONLY_DELIVERY_IS_MISSING {
            @Override
            boolean fits(List<Event> history, int i) {
                return history.get(i).kind() == Kind.DELIVERED && count(history, i, e -> true) == 1;
            }

            @Override
            void apply(List<Event> history, int i) {
                history.remove(i);
            }
        },
        TWO_OF_A_LANE_CHANGE_PLACES {
            @Override
            boolean fits(List<Event> history, int i) {
                return history.get(i).kind() == Kind.DELIVERED && nextOfLane(history, i) > 0;
            }

            @Override
            void apply(List<Event> history, int i) {
                int other = nextOfLane(history, i);
                Event one = history.get(i);
                history.set(i, about(one, history.get(other).message()));
                history.set(other, about(history.get(other), one.message()));
            }
        },
        A_REDELIVERY_IS_NOT_FLAGGED {
            @Override
            boolean fits(List<Event> history, int i) {
                return history.get(i).has(Event.REDELIVERED);
            }

            @Override
            void apply(List<Event> history, int i) {
                Event e = history.get(i);
                int flags = e.flags() & ~Event.REDELIVERED;
                history.set(i, new Event(e.timeNs(), e.kind(), e.consumer(), e.message(), 1, flags));
            }
        },
        WHO_HELD_WHAT_CAME_AGAIN_WAS_NOT_GONE {
            @Override
            boolean fits(List<Event> history, int i) {
                Kind kind = history.get(i).kind();
                return (kind == Kind.KILLED || kind == Kind.CLOSING) && hand(history, i) > 0;
            }

            @Override
            void apply(List<Event> history, int i) {
                history.remove(i);
            }
        },
        AN_ACKNOWLEDGEMENT_IS_REFUSED {
            @Override
            boolean fits(List<Event> history, int i) {
                return history.get(i).kind() == Kind.ACCEPTED && hand(history, i - 1) > 0;
            }

            @Override
            void apply(List<Event> history, int i) {
                history.set(
                        i,
                        Event.of(
                                history.get(i).timeNs(),
                                Kind.REFUSED,
                                history.get(i).consumer()));
            }
        },
        AN_ACCEPTED_MESSAGE_COMES_AGAIN {
            @Override
            boolean fits(List<Event> history, int i) {
                return history.get(i).kind() == Kind.DELIVERED && i < history.size() / 2;
            }

            @Override
            void apply(List<Event> history, int i) {
                Event last = history.get(history.size() - 1);
                int flags = Event.REDELIVERED | Event.GROUP_FIRST;
                history.add(new Event(
                        last.timeNs() + 1,
                        Kind.DELIVERED,
                        last.consumer(),
                        history.get(i).message(),
                        9,
                        flags));
            }
        },
        A_SECOND_CONSUMER_IS_GIVEN_A_MESSAGE_OF_A_GROUP_AT_WORK {
            @Override
            boolean fits(List<Event> history, int i) {
                Event e = history.get(i);
                return e.kind() == Kind.DELIVERED && groupInHand(history, i);
            }

            @Override
            void apply(List<Event> history, int i) {
                Event e = history.get(i);
                int other = history.stream()
                        .filter(o -> o.kind() == Kind.OPENED && o.timeNs() < e.timeNs() && o.consumer() != e.consumer())
                        .mapToInt(Event::consumer)
                        .findFirst()
                        .orElseThrow();
                history.set(
                        i,
                        new Event(e.timeNs(), e.kind(), other, e.message(), e.number(), e.flags() | Event.GROUP_FIRST));
            }
        },
        A_DELIVERED_MESSAGE_WAS_NEVER_SENT {
            @Override
            boolean fits(List<Event> history, int i) {
                return history.get(i).kind() == Kind.SENDING && count(history, i, e -> e.kind() == Kind.ABORTED) == 0;
            }

            @Override
            void apply(List<Event> history, int i) {
                history.remove(i);
            }
        },
        A_DELIVERED_MESSAGE_WAS_ROLLED_BACK {
            @Override
            boolean fits(List<Event> history, int i) {
                return history.get(i).kind() == Kind.SENT;
            }

            @Override
            void apply(List<Event> history, int i) {
                history.set(
                        i,
                        Event.of(
                                history.get(i).timeNs(),
                                Kind.ABORTED,
                                -1,
                                history.get(i).message()));
            }
        },
        A_NEW_CONSUMER_IS_NOT_TOLD_OF_THE_FIRST {
            @Override
            boolean fits(List<Event> history, int i) {
                return history.get(i).has(Event.GROUP_FIRST);
            }

            @Override
            void apply(List<Event> history, int i) {
                Event e = history.get(i);
                int flags = e.flags() & ~Event.GROUP_FIRST;
                history.set(i, new Event(e.timeNs(), e.kind(), e.consumer(), e.message(), e.number(), flags));
            }
        };

        abstract boolean fits(List<Event> history, int i);

        abstract void apply(List<Event> history, int i);

        private static Event about(Event e, MessageId message) {
            return new Event(e.timeNs(), e.kind(), e.consumer(), message, e.number(), e.flags());
        }

        /** How many events of the same message are like this, deliveries unless said. */
        private static long count(List<Event> history, int i, Predicate<Event> like) {
            MessageId id = history.get(i).message();
            boolean delivery = history.get(i).kind() == Kind.DELIVERED;
            return history.stream()
                    .filter(e -> id != null && id.equals(e.message()) && (!delivery || e.kind() == Kind.DELIVERED))
                    .filter(like)
                    .count();
        }

        /** The next delivery to the same consumer, before it decides, of a later message of the same producer and group. */
        private static int nextOfLane(List<Event> history, int i) {
            Event one = history.get(i);
            for (int k = i + 1; k < history.size(); k++) {
                Event e = history.get(k);
                if (e.consumer() == one.consumer() && e.kind() != Kind.DELIVERED) {
                    return -1;
                }
                if (e.consumer() == one.consumer()
                        && e.message().producer() == one.message().producer()
                        && e.message().group() == one.message().group()
                        && e.message().sequence() > one.message().sequence()) {
                    return k;
                }
            }
            return -1;
        }

        /** How many messages the consumer of an event had in hand then. */
        private static int hand(List<Event> history, int i) {
            int inHand = 0;
            for (int k = i - 1; k >= 0; k--) {
                Event e = history.get(k);
                if (e.consumer() == history.get(i).consumer()) {
                    if (e.kind() != Kind.DELIVERED) {
                        break;
                    }
                    inHand++;
                }
            }
            return inHand;
        }

        /** Whether the consumer of this delivery has another message of the group in hand. */
        private static boolean groupInHand(List<Event> history, int i) {
            Event one = history.get(i);
            for (int k = i - 1; k >= 0; k--) {
                Event e = history.get(k);
                if (e.consumer() == one.consumer()) {
                    if (e.kind() != Kind.DELIVERED) {
                        return false;
                    }
                    if (e.message().group() == one.message().group()) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    @Test
    void goodHistoriesPass() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            assertThat(GroupChecker.check(GoodHistory.of(seed), Rules.QUOIN))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Corruption.class)
    void oneWrongEventIsFound(Corruption corruption) {
        int spoilt = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            List<Event> history = new ArrayList<>(GoodHistory.of(seed));
            int from = new SplittableRandom(seed).nextInt(history.size());
            int place = IntStream.range(0, history.size())
                    .map(i -> (from + i) % history.size())
                    .filter(i -> corruption.fits(history, i))
                    .findFirst()
                    .orElse(-1);
            if (place < 0) {
                continue;
            }
            corruption.apply(history, place);
            spoilt++;
            assertThat(GroupChecker.check(history, Rules.QUOIN))
                    .as("%s: seed %d, event %d", corruption, seed, place)
                    .isNotEmpty();
        }
        assertThat(spoilt).as("histories that could be spoilt").isGreaterThan(HISTORIES / 2);
    }
}
