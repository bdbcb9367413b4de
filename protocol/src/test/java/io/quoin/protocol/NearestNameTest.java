// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NearestNameTest {

    private static final List<String> KNOWN = List.of("prefetch", "sendTimeout", "requestTimeout", "ackMode");

    @Test
    void aSlipOfTheFingerIsUnderstood() {
        assertThat(NearestName.of("prefech", KNOWN)).isEqualTo("prefetch");
        assertThat(NearestName.of("PREFETCH", KNOWN)).isEqualTo("prefetch");
        assertThat(NearestName.of("sendTimeuot", KNOWN)).isEqualTo("sendTimeout");
        assertThat(NearestName.of("timeout", KNOWN)).isNull();
        assertThat(NearestName.of("x".repeat(1_000_000), KNOWN)).isNull();
        assertThat(NearestName.of("a", Set.of())).isNull();
    }

    @Test
    void theDistanceCountsInsertionsDeletionsAndReplacements() {
        assertThat(NearestName.distance("", "abc")).isEqualTo(3);
        assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(NearestName.distance("flaw", "lawn")).isEqualTo(2);
        assertThat(NearestName.distance("same", "same")).isZero();
    }

    @Test
    void theSentenceHelpsAsFarAsItCan() {
        assertThat(NearestName.unknown("option", "prefech", KNOWN))
                .isEqualTo("There is no option 'prefech'; did you mean 'prefetch'?");
        assertThat(NearestName.unknown("verb", "xyz", List.of("b.c", "a.b")))
                .isEqualTo("There is no verb 'xyz'; there are a.b, b.c.");
        assertThat(NearestName.unknown("verb", "xyz", List.of())).isEqualTo("There is no verb 'xyz'.");
    }
}
