// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

class DestinationOptionsTest {

    @Test
    void whatIsDeclaredReplacesTheDefaultAndComesBackFromItsEncoding() throws Refusal {
        DestinationOptions options =
                DestinationOptions.DEFAULT.with("groupSlots=8&redeliveryDelay=100&expiryQueue=old&maxMessages=5");
        assertThat(options).isEqualTo(new DestinationOptions(8, 10, 100, "old", 5, 0, false, 0, StrictOptions.DEFAULT));
        assertThat(DestinationOptions.decode(options.encode())).isEqualTo(options);
        assertThat(DestinationOptions.DEFAULT.with(null)).isEqualTo(DestinationOptions.DEFAULT);
    }

    @Test
    void theEncodingOfTheDefaultsIsFixed() {
        assertThat(DestinationOptions.DEFAULT.encode())
                .isEqualTo("groupSlots=1024&maxDeliveries=10&redeliveryDelay=0&expiryQueue=&maxMessages=0&maxBytes=0"
                        + "&exclusive=false&subscriptionExpiry=0"
                        + "&delivery=normal&strictWindow=32&onInDoubt=park&inDoubtTimeout=0");
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
    void aDifferingValueIsRefusedAndNamesBoth() throws Refusal {
        DestinationOptions.DEFAULT.checkSame("queue q", "groupSlots=1024");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.checkSame("queue q", "groupSlots=8"))
                .isInstanceOfSatisfying(Refusal.class, r -> {
                    assertThat(r.code()).isEqualTo(ErrorCode.OPTION_CONFLICT);
                    assertThat(r.text()).contains("groupSlots=1024").contains("groupSlots=8");
                });
    }

    @Test
    void badOptionsAreRefusedWithAHint() {
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("groupslot=8"))
                .hasMessageContaining("QN-2021")
                .hasMessageContaining("groupSlots");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("groupSlots=0"))
                .hasMessageContaining("QN-2022");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("groupSlots")).hasMessageContaining("QN-2022");
        assertThatThrownBy(() -> DestinationOptions.DEFAULT.with("expiryQueue=a?b"))
                .hasMessageContaining("QN-2005");
    }
}
