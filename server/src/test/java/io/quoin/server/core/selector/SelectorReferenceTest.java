// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random selectors, each built together with what it should mean in the plainest Java, against random messages. */
final class SelectorReferenceTest {
    private static final String[] NAMES = {"a", "b", "c", "d", "JMSPriority"};
    private static final String[] STRINGS = {"", "a", "ab", "aab", "b%", "a_b", "ü", "x'y", "🚀a"};

    /**
     * A text and its meaning.
     *
     * @param meaning of a condition a Boolean, of a value a Boolean, Long, Double or String; null for unknown
     */
    private record Sample(String text, Function<Map<String, Object>, Object> meaning) {
        Object in(Map<String, Object> message) {
            return meaning.apply(message);
        }
    }

    @Property(tries = 5_000)
    void aRandomSelectorMatchesAsItsReferenceSays(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        Sample sample = condition(random, 4);
        Selector selector = Selector.parse(sample.text());
        Selector again = Selector.parse(selector.normalizedText());

        for (int i = 0; i < 8; i++) {
            Map<String, Object> message = message(random);
            boolean expected = Boolean.TRUE.equals(sample.in(message));
            assertThat(selector.matches(new MapInput(message)))
                    .as("%s of %s", sample.text(), message)
                    .isEqualTo(expected);
            assertThat(again.matches(new MapInput(message))).isEqualTo(expected);
            if (expected) {
                for (EqualityTerm term : selector.equalityTerms()) {
                    assertThat(compare("=", message.get(term.identifier().text()), term.value()))
                            .isEqualTo(true);
                }
            }
        }
    }

    private static Map<String, Object> message(Random random) {
        Map<String, Object> message = new HashMap<>();
        for (String name : NAMES) {
            switch (random.nextInt(5)) {
                case 0 -> message.put(name, random.nextBoolean());
                case 1 -> message.put(name, (long) random.nextInt(7) - 3);
                case 2 -> message.put(name, (random.nextInt(13) - 6) / 2.0);
                case 3 -> message.put(name, STRINGS[random.nextInt(STRINGS.length)]);
                default -> {
                    // Not set.
                }
            }
        }
        return message;
    }

    private static Sample condition(Random random, int depth) {
        if (depth == 0) {
            return predicate(random, 1);
        }
        return switch (random.nextInt(6)) {
            case 0 -> junction(random, depth, "AND", false);
            case 1 -> junction(random, depth, "OR", true);
            case 2 -> {
                Sample inner = condition(random, depth - 1);
                yield new Sample("NOT (" + inner.text() + ")", m -> not(inner.in(m)));
            }
            case 3 -> {
                boolean constant = random.nextBoolean();
                yield new Sample(constant ? "TRUE" : "false", m -> constant);
            }
            case 4 -> {
                String name = name(random);
                yield new Sample(name, m -> compare("=", m.get(name), true));
            }
            default -> predicate(random, depth);
        };
    }

    private static Sample junction(Random random, int depth, String word, boolean decisive) {
        List<Sample> terms = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = random.nextInt(3); i >= -1; i--) {
            Sample term = condition(random, depth - 1);
            terms.add(term);
            texts.add("(" + term.text() + ")");
        }
        return new Sample(String.join(" " + word + " ", texts), m -> {
            boolean unknown = false;
            for (Sample term : terms) {
                Object truth = term.in(m);
                if (truth == null) {
                    unknown = true;
                } else if (truth.equals(decisive)) {
                    return decisive;
                }
            }
            return unknown ? null : (Object) !decisive;
        });
    }

    private static Sample predicate(Random random, int depth) {
        String name = name(random);
        boolean negated = random.nextInt(3) == 0;
        String not = negated ? " NOT" : "";
        return switch (random.nextInt(7)) {
            case 0 -> between(number(random, depth), number(random, depth), number(random, depth), negated);
            case 1 -> {
                List<String> listed = List.of(string(random), string(random), string(random));
                String text =
                        name + not + " IN ('" + String.join("', '", listed).replace("x'y", "x''y") + "')";
                yield new Sample(text, m -> strings(m.get(name), s -> listed.contains(s) != negated));
            }
            case 2 -> like(random, name, negated);
            case 3 -> new Sample(name + " IS" + not + " NULL", m -> (m.get(name) == null) != negated);
            case 4 -> comparison(random, List.of("=", "<>"), any(random), any(random));
            default ->
                comparison(
                        random, List.of("=", "<>", "<", "<=", ">", ">="), number(random, depth), number(random, depth));
        };
    }

    private static Sample comparison(Random random, List<String> operators, Sample left, Sample right) {
        String operator = operators.get(random.nextInt(operators.size()));
        return new Sample(left.text() + operator + right.text(), m -> compare(operator, left.in(m), right.in(m)));
    }

    private static Sample between(Sample value, Sample low, Sample high, boolean negated) {
        String text = value.text() + (negated ? " NOT" : "") + " BETWEEN " + low.text() + " AND " + high.text();
        return new Sample(text, m -> {
            Object v = value.in(m);
            Object below = compare(negated ? "<" : ">=", v, low.in(m));
            Object above = compare(negated ? ">" : "<=", v, high.in(m));
            Object decisive = negated;
            if (decisive.equals(below) || decisive.equals(above)) {
                return decisive;
            }
            return below == null || above == null ? null : (Object) !negated;
        });
    }

    private static Sample like(Random random, String name, boolean negated) {
        String[] pieces = {"a", "b", "%", "_", "!%", "!_", "!!", "ü", "x", ".", "🚀"};
        StringBuilder pattern = new StringBuilder();
        StringBuilder regex = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            String piece = pieces[random.nextInt(pieces.length)];
            pattern.append(piece);
            regex.append(
                    switch (piece) {
                        case "%" -> ".*";
                        case "_" -> ".";
                        default -> Pattern.quote(piece.startsWith("!") ? piece.substring(1) : piece);
                    });
        }
        Pattern compiled = Pattern.compile(regex.toString(), Pattern.DOTALL);
        return new Sample(
                name + (negated ? " NOT" : "") + " LIKE '" + pattern + "' ESCAPE '!'",
                m -> strings(m.get(name), s -> compiled.matcher(s).matches() != negated));
    }

    private static Sample any(Random random) {
        String string = string(random);
        boolean bool = random.nextBoolean();
        return switch (random.nextInt(4)) {
            case 0 -> new Sample("'" + string.replace("'", "''") + "'", m -> string);
            case 1 -> new Sample(String.valueOf(bool), m -> bool);
            default -> number(random, 0);
        };
    }

    private static Sample number(Random random, int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            Sample left = number(random, depth - 1);
            Sample right = number(random, depth - 1);
            String operator = List.of("+", "-", "*", "/").get(random.nextInt(4));
            return new Sample(
                    "(" + left.text() + " " + operator + " " + right.text() + ")",
                    m -> compute(operator, left.in(m), right.in(m)));
        }
        long exact = random.nextInt(7) - 3L;
        double approximate = (random.nextInt(13) - 6) / 2.0;
        String name = name(random);
        return switch (random.nextInt(5)) {
            case 0 -> new Sample(String.valueOf(exact), m -> exact);
            case 1 -> new Sample(String.valueOf(approximate), m -> approximate);
            case 2 -> new Sample("-" + name, m -> compute("*", -1L, m.get(name)));
            default -> new Sample(name, m -> m.get(name));
        };
    }

    private static String name(Random random) {
        return NAMES[random.nextInt(NAMES.length)];
    }

    private static String string(Random random) {
        return STRINGS[random.nextInt(STRINGS.length)];
    }

    private static Object not(Object truth) {
        return truth == null ? null : (Object) !((Boolean) truth);
    }

    private static Object strings(Object value, Function<String, Boolean> test) {
        return value == null ? null : (Object) (value instanceof String string && test.apply(string));
    }

    private static Object compute(String operator, Object a, Object b) {
        if (!(a instanceof Number x) || !(b instanceof Number y)) {
            return null;
        }
        if (x instanceof Long && y instanceof Long) {
            long left = x.longValue();
            long right = y.longValue();
            return switch (operator) {
                case "+" -> left + right;
                case "-" -> left - right;
                case "*" -> left * right;
                default -> right == 0 ? null : (Object) (left / right);
            };
        }
        double left = x.doubleValue();
        double right = y.doubleValue();
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            default -> left / right;
        };
    }

    private static Object compare(String operator, Object a, Object b) {
        if (a == null || b == null) {
            return null;
        }
        if (a instanceof Number x && b instanceof Number y) {
            double left = x.doubleValue();
            double right = y.doubleValue();
            return switch (operator) {
                case "=" -> left == right;
                case "<>" -> left != right;
                case "<" -> left < right;
                case "<=" -> left <= right;
                case ">" -> left > right;
                default -> left >= right;
            };
        }
        if (a.getClass() != b.getClass()) {
            return false;
        }
        return switch (operator) {
            case "=" -> a.equals(b);
            case "<>" -> !a.equals(b);
            default -> false;
        };
    }
}
