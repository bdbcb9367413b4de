// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class DestinationOptionsTest {

    @Test
    void whatIsDeclaredReplacesTheDefaultAndComesBackFromItsEncoding() throws Refusal {
        DestinationOptions options =
                DestinationOptions.DEFAULT.with("groupSlots=8&redeliveryDelay=100&expiryQueue=old&maxMessages=5");
        assertThat(options)
                .isEqualTo(new DestinationOptions(
                        8,
                        10,
                        100,
                        "old",
                        5,
                        0,
                        false,
                        0,
                        StrictOptions.DEFAULT,
                        1,
                        3_600_000,
                        GroupPoison.DLQ,
                        600_000,
                        100_000,
                        ""));
        assertThat(DestinationOptions.decode(options.encode())).isEqualTo(options);
        assertThat(DestinationOptions.DEFAULT.with(null)).isEqualTo(DestinationOptions.DEFAULT);
    }

    @Test
    void theEncodingOfTheDefaultsIsFixed() {
        assertThat(DestinationOptions.DEFAULT.encode())
                .isEqualTo(
                        "groupSlots=1024&maxDeliveries=10&redeliveryDelay=0&expiryQueue=&maxMessages=0&maxBytes=0"
                                + "&exclusive=false&subscriptionExpiry=0"
                                + "&delivery=normal&strictWindow=32&onInDoubt=park&inDoubtTimeout=0"
                                + "&redeliveryBackoff=1&redeliveryDelayMax=3600000&onGroupPoison=dlq&dedupWindow=600000&dedupIds=100000&groupKey=");
    }

    @Test
    void strictDeliveryHasItsOptions() throws Refusal {
        DestinationOptions options =
                DestinationOptions.DEFAULT.with("delivery=strict&strictWindow=1&onInDoubt=ask&inDoubtTimeout=2h");
        assertThat(options.delivery()).isEqualTo(new StrictOptions(true, 1, StrictOptions.OnInDoubt.ASK, 7_200_000));
        assertThat(DestinationOptions.decode(options.encode())).isEqualTo(options);
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("onInDoubt=forget"))
                .hasMessageContaining("QN-2022")
                .hasMessageContaining("park, redeliver, ask");
    }

    @Test
    void whatMeansNothingWithoutStrictDeliveryIsRefusedWithoutIt() throws Refusal {
        for (String one : List.of("strictWindow=5", "onInDoubt=ask", "inDoubtTimeout=1h")) {
            assertThatThrownBy(() -> DestinationOptions.DEFAULT.with(one))
                    .hasMessageContaining("QN-2022")
                    .hasMessageContaining(one)
                    .hasMessageContaining("delivery=strict");
            assertThat(DestinationOptions.DEFAULT
                            .with(one + "&delivery=strict")
                            .delivery()
                            .strict())
                    .as("in whatever order")
                    .isTrue();
        }
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.checkSame("queue q", "strictWindow=32"))
                .hasMessageContaining("delivery=strict");
        DestinationOptions.DEFAULT.with("delivery=strict").checkSame("queue s", "strictWindow=32");
        assertThat(DestinationOptions.decode("delivery=normal&strictWindow=5")
                        .delivery()
                        .window())
                .as("what stands in the log is read")
                .isEqualTo(5);
    }

    @Test
    void aTimeIsRefusedAsItWasGiven() {
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("subscriptionExpiry=365000d"))
                .hasMessageContaining("subscriptionExpiry=365000d is not a time from 0 to 36500d");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("subscriptionExpiry=-1s"))
                .hasMessageContaining("subscriptionExpiry=-1s");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("subscriptionExpiry=d"))
                .hasMessageContaining("subscriptionExpiry=d is not");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("subscriptionExpiry=1w"))
                .hasMessageContaining("ms, s, m, h or d");
    }

    @Test
    void aDifferingValueIsRefusedAndNamesBoth() throws Refusal {
        DestinationOptions.DEFAULT.checkSame("queue q", "groupSlots=1024");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.checkSame("queue q", "groupSlots=8"))
                .isInstanceOfSatisfying(Refusal.class, r -> {
                    assertThat(r.code()).isEqualTo(ErrorCode.OPTION_CONFLICT);
                    assertThat(r.text()).contains("groupSlots=1024").contains("groupSlots=8");
                });
    }

    @Test
    void theDelayGrowsWithEachDeliveryUpToItsMost() throws Refusal {
        DestinationOptions options =
                DestinationOptions.DEFAULT.with("redeliveryDelay=100&redeliveryBackoff=3&redeliveryDelayMax=1s");
        assertThat(options.redeliveryDelayMs(0)).isEqualTo(100);
        assertThat(options.redeliveryDelayMs(1)).isEqualTo(100);
        assertThat(options.redeliveryDelayMs(2)).isEqualTo(300);
        assertThat(options.redeliveryDelayMs(3)).isEqualTo(900);
        assertThat(options.redeliveryDelayMs(4)).isEqualTo(1_000);
        assertThat(options.redeliveryDelayMs(127)).isEqualTo(1_000);
        assertThat(DestinationOptions.DEFAULT.with("redeliveryBackoff=10").redeliveryDelayMs(127))
                .isZero();
        assertThat(DestinationOptions.DEFAULT.with("redeliveryDelay=2h").redeliveryDelayMs(5))
                .isEqualTo(7_200_000);
    }

    @Test
    void badOptionsAreRefusedWithAHint() {
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("groupslot=8"))
                .hasMessageContaining("QN-2021")
                .hasMessageContaining("groupSlots");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("groupSlots=0"))
                .hasMessageContaining("QN-2022");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("onGroupPoison=drop"))
                .hasMessageContaining("QN-2022")
                .hasMessageContaining("dlq, park, block");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("groupSlots")).hasMessageContaining("QN-2022");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("expiryQueue=a?b"))
                .hasMessageContaining("QN-2005");
    }
}
