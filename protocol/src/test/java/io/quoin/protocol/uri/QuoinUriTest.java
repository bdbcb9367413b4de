// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuoinUriTest {

    private static final long SEED = 20_261_122;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "quoin://host | quoin://host:5544",
                "quoin://host/ | quoin://host:5544",
                "quoins://host | quoins://host:5545",
                "QUOIN://Host:1 | quoin://Host:1",
                "quoin://127.0.0.1:65535 | quoin://127.0.0.1:65535",
                "quoin://[::1] | quoin://[::1]:5544",
                "quoins://[fe80::1%eth0]:7 | quoins://[fe80::1%eth0]:7",
                "quoin://a:5544,b:5545 | quoin://a:5544,quoin://b:5545",
                "quoin://a, quoins://b, c | quoin://a:5544,quoins://b:5545,quoins://c:5545",
                "failover:(quoin://a,quoin://b) | quoin://a:5544,quoin://b:5544",
                "failover://(quoin://a,quoin://b) | quoin://a:5544,quoin://b:5544",
                "(tcp://a:1,tcp://b:2)?prefetch=5 | quoin://a:1,quoin://b:2?prefetch=5",
                "vm://test | vm://test",
                "vm://test?jms.prefetch=5 | vm://test?prefetch=5",
                "quoin://a? | quoin://a:5544",
                "quoin://a?x=%C3%A4%26b&y=&z=1=2 | quoin://a:5544?x=%C3%A4%26b&y=&z=1%3D2",
                "failover:(quoin://a)?failover.nested.p=1&transport.q=2&failover.r=3 | quoin://a:5544?p=1&q=2&r=3"
            })
    void isReadAs(String text, String expected) {
        assertThat(QuoinUri.parse(text)).hasToString(expected);
        assertThat(QuoinUri.parse(expected)).isEqualTo(QuoinUri.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | It is empty.",
                "host:5544 | It begins with none of quoin://",
                "http://host | There is no scheme 'http'",
                "quoin:// | A host is missing.",
                "quoin://a,,b | A host is missing.",
                "quoin://:5544 | A host is missing.",
                "quoin://a:0 | '0' is not a port between 1 and 65535.",
                "quoin://a:65536 | '65536' is not a port",
                "quoin://a:+5 | '+5' is not a port",
                "quoin://a: | '' is not a port",
                "quoin://::1:5544 | An IPv6 address stands in brackets",
                "quoin://[::1 | A bracket is not closed.",
                "quoin://[xyz]:1 | '[xyz]' is not an IPv6 address.",
                "quoin://a b | 'a b' is not a host name.",
                "quoin://a/queue | After host and port nothing may come but options.",
                "quoin://a#x | After host and port nothing may come but options.",
                "failover:quoin://a | After 'failover:' comes a list in parentheses.",
                "failover:(quoin://a | A parenthesis is not closed.",
                "failover:(quoin://a)x | After ')' nothing may come but options.",
                "failover:(failover:(quoin://a)) | Parentheses stand around the whole list, once.",
                "failover:(quoin://a?x=1,quoin://b) | Options come once, behind the closing parenthesis",
                "quoin://a?x | Each option is written as name=value",
                "quoin://a?=1 | Each option is written as name=value",
                "quoin://a?x=1&&y=2 | Each option is written as name=value",
                "quoin://a?jms.=1 | An option has no name.",
                "quoin://a?x=1&jms.x=2 | The option 'x' comes twice.",
                "quoin://a?x=%4 | A percent sign in an option",
                "quoin://a?x=%FF | A percent sign in an option",
                "vm:// | The name of a server in this JVM",
                "vm://a:1 | The name of a server in this JVM"
            })
    void isRefusedWithASentence(String text, String sentence) {
        assertThatThrownBy(() -> QuoinUri.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("QN-6004: ")
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"quoin://me:hunter2@host", "quoin://me:hunter2?@host", "quoin://hunter2@host/?a=b", "hunter2@"})
    void aPasswordIsRefusedAndNotRepeated(String text) {
        assertThatThrownBy(() -> QuoinUri.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("createConnection")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void hostPortAndEncryptionAreKnownOfEachServer() {
        assertThat(QuoinUri.parse("quoin://a:1,[::1],quoins://c").endpoints())
                .isEqualTo(List.of(
                        new Endpoint("a", 1, false), new Endpoint("::1", 5544, false), new Endpoint("c", 5545, true)));
    }

    @Test
    void anUnknownOptionNamesTheNearestOne() {
        QuoinUri uri = QuoinUri.parse("quoin://a?jms.prefech=5");

        assertThatThrownBy(() -> uri.checkOptions(Set.of("prefetch", "sendTimeout")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("QN-6002: There is no URI option 'prefech'; did you mean 'prefetch'?");
        assertThatThrownBy(() -> uri.checkOptions(Set.of("sendTimeout", "ackMode")))
                .hasMessage("QN-6002: There is no URI option 'prefech'; there are ackMode, sendTimeout.");
        uri.checkOptions(Set.of("prefech"));
    }

    @Property
    void whatIsWrittenIsRead(@ForAll("uris") QuoinUri uri) {
        assertThat(QuoinUri.parse(uri.toString())).isEqualTo(uri);
    }

    @Provide
    Arbitrary<QuoinUri> uris() {
        Arbitrary<String> host = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars('.', '-', '_')
                .ofMinLength(1)
                .ofMaxLength(12);
        Arbitrary<Endpoint> endpoint = Combinators.combine(
                        Arbitraries.oneOf(host, Arbitraries.of("::1", "fe80::1%eth0")),
                        Arbitraries.integers().between(1, 65_535),
                        Arbitraries.of(true, false))
                .as(Endpoint::new);
        Arbitrary<String> name = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(8);
        return Combinators.combine(
                        endpoint.list().ofMinSize(1).ofMaxSize(4),
                        Arbitraries.maps(name, Arbitraries.strings().all().ofMaxLength(10))
                                .ofMaxSize(4))
                .as((endpoints, options) -> new QuoinUri(endpoints, null, options));
    }

    /** Whatever is typed, the answer is a URI or the one exception with its code. */
    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void noInputBreaksTheParser() {
        Random random = new Random(SEED);
        String[] seeds = {
            "failover:(quoin://a:5544,quoins://[::1]:5545)?failover.nested.x=%C3%A4&y=1",
            "vm://a?b=c",
            "quoin://u:p@h:1"
        };
        String alphabet = "quoins:/[]()?&=%,.@#-_ 1a\u00e4\uD83D";
        int rounds = Boolean.getBoolean("quoin.long") ? 3_000_000 : 60_000;
        for (int i = 0; i < rounds; i++) {
            StringBuilder text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
            for (int change = random.nextInt(6); change >= 0; change--) {
                mutate(text, random, alphabet);
            }
            checkAnswer(text.toString());
        }
    }

    private static void mutate(StringBuilder text, Random random, String alphabet) {
        int at = random.nextInt(text.length() + 1);
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(3)) {
            case 0 -> text.insert(at, c);
            case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(4)));
            default -> text.replace(at, Math.min(text.length(), at + 1), String.valueOf(c));
        }
    }

    private static void checkAnswer(String text) {
        try {
            QuoinUri uri = QuoinUri.parse(text);
            assertThat(QuoinUri.parse(uri.toString())).as(text).isEqualTo(uri);
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).as(text).startsWith("QN-6004: ");
        }
    }
}
