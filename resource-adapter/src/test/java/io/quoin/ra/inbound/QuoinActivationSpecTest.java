// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.ra.fake.Bean;
import jakarta.resource.spi.InvalidPropertyException;
import java.beans.PropertyDescriptor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a message-driven bean may say of itself. */
class QuoinActivationSpecTest extends InboundCase {

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertRefused(new QuoinActivationSpec(), "destinationLookup");
        assertRefused(change(of("in"), spec -> spec.setDestinationType("Queue")), "destinationType");
        assertRefused(change(of("in"), spec -> spec.setAcknowledgeMode("Client-acknowledge")), "acknowledgeMode");
        assertRefused(change(ofTopic("in"), spec -> spec.setSubscriptionDurability("Durable")), "subscriptionName");
        assertRefused(change(ofTopic("in"), spec -> spec.setShareSubscription(true)), "subscriptionName");
        assertRefused(change(of("in"), spec -> spec.setMaxSessions(65)), "maxSessions");
        assertRefused(change(of("in"), spec -> spec.setMinSessions(11)), "minSessions");
        assertRefused(change(of("in"), spec -> spec.setRetryDelay(0L)), "retryDelay");
        assertThatThrownBy(() -> adapter.endpointActivation(
                        Bean.plain(this::note), change(of("java:/in"), spec -> spec.setMaxSessions(1))))
                .hasMessageContaining("QN-7005");
    }

    private static QuoinActivationSpec change(QuoinActivationSpec spec, Consumer<QuoinActivationSpec> how) {
        how.accept(spec);
        return spec;
    }

    private static void assertRefused(QuoinActivationSpec spec, String property) {
        assertThatThrownBy(spec::validate)
                .isInstanceOfSatisfying(
                        InvalidPropertyException.class,
                        e -> assertThat(e.getInvalidPropertyDescriptors())
                                .extracting(PropertyDescriptor::getName)
                                .containsExactly(property));
    }
}
