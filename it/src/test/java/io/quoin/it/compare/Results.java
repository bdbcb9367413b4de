// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * All blocks of a comparison. A figure is the median of a participant's blocks; a ratio is the median of the ratios of blocks of the same round, which ran
 * beside each other.
 *
 * <p>Thread: the one that measures.
 */
final class Results {

    /** By work, participant and round. */
    private final Map<Work, Map<String, Map<Integer, Block>>> blocks = new LinkedHashMap<>();

    private final Map<Work, Map<String, String>> failures = new LinkedHashMap<>();

    void add(Work work, String participant, int round, Block block) {
        blocks.computeIfAbsent(work, key -> new LinkedHashMap<>())
                .computeIfAbsent(participant, key -> new LinkedHashMap<>())
                .put(round, block);
    }

    void failed(Work work, String participant, String why) {
        failures.computeIfAbsent(work, key -> new LinkedHashMap<>()).put(participant, why);
    }

    /** Why a participant has no part in a kind of work any more. */
    Optional<String> failure(Work work, String participant) {
        return Optional.ofNullable(failures.getOrDefault(work, Map.of()).get(participant));
    }

    boolean has(Work work) {
        return blocks.containsKey(work);
    }

    boolean has(Work work, String participant) {
        return !of(work, participant).isEmpty();
    }

    int rounds() {
        return blocks.values().stream()
                .flatMap(each -> each.values().stream())
                .mapToInt(Map::size)
                .max()
                .orElse(0);
    }

    /** NaN if there is none. */
    double median(Work work, String participant, ToDoubleFunction<Block> value) {
        return median(of(work, participant).values().stream().mapToDouble(value));
    }

    /** Of one participant to another, NaN if they have no round in common. */
    double ratio(Work work, String of, String to, ToDoubleFunction<Block> value) {
        return paired(work, of, List.of(to), value, Math::max, (a, b) -> a / b);
    }

    /** To the best of others in each round: the one with the most, or the least, of it. */
    double ratioToBest(Work work, String of, List<String> others, boolean isMoreBetter, ToDoubleFunction<Block> value) {
        return paired(work, of, others, value, isMoreBetter ? Math::max : Math::min, (a, b) -> a / b);
    }

    double difference(Work work, String of, String to, ToDoubleFunction<Block> value) {
        return paired(work, of, List.of(to), value, Math::max, (a, b) -> a - b);
    }

    private double paired(
            Work work,
            String of,
            List<String> others,
            ToDoubleFunction<Block> value,
            java.util.function.DoubleBinaryOperator best,
            java.util.function.DoubleBinaryOperator pair) {
        Map<Integer, Block> ours = of(work, of);
        return median(IntStream.range(
                        0,
                        1
                                + ours.keySet().stream()
                                        .mapToInt(round -> round)
                                        .max()
                                        .orElse(0))
                .filter(ours::containsKey)
                .mapToDouble(round -> others.stream()
                        .map(other -> of(work, other).get(round))
                        .filter(java.util.Objects::nonNull)
                        .mapToDouble(value)
                        .reduce(best)
                        .stream()
                        .map(theirs -> pair.applyAsDouble(value.applyAsDouble(ours.get(round)), theirs))
                        .findFirst()
                        .orElse(Double.NaN)));
    }

    private Map<Integer, Block> of(Work work, String participant) {
        return blocks.getOrDefault(work, Map.of()).getOrDefault(participant, Map.of());
    }

    /** Of those that are numbers; NaN if there are none. */
    static double median(DoubleStream values) {
        double[] sorted = values.filter(Double::isFinite).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
