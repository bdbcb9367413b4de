// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.destination.QuoinQueue;
import io.quoin.jms.destination.QuoinTopic;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import org.junit.jupiter.api.Test;

class ConsumerSpecTest {

    @Test
    void aConsumerOfAQueueTakesEverythingUnlessItSelects() throws JMSException {
        ConsumerSpec all = ConsumerSpec.of(QuoinQueue.named("q"), " ");
        Frame.ConsumerOpen frame = all.frame(1, 2, 3, 4, 5);

        assertThat(all.selector()).isNull();
        assertThat(frame).isEqualTo(new Frame.ConsumerOpen(1, 0, 2, 3, null, null, 0, 4, 5));
        assertThat(ConsumerSpec.of(QuoinQueue.named("q"), "a = 1").selector()).isEqualTo("a = 1");
    }

    @Test
    void aSubscriptionSaysWhatItIs() throws JMSException {
        ConsumerSpec spec = ConsumerSpec.subscription("me", QuoinTopic.named("t"), "s", null, true, true, false);

        assertThat(spec.frame(1, 2, 3, 4, 5).flags())
                .isEqualTo(FrameFlags.CONSUMER_DURABLE | FrameFlags.CONSUMER_SHARED);
        assertThat(spec.subscription()).isEqualTo("s");
    }

    @Test
    void whatTheNameSaysOfConsumersGoesAlong() throws JMSException {
        QuoinQueue queue = QuoinQueue.named("q?consumer.priority=7&consumer.exclusive=true&consumer.keepBacklog=true");
        Frame.ConsumerOpen frame = ConsumerSpec.of(queue, null).frame(1, 2, 3, 4, 5);

        assertThat(frame.flags()).isEqualTo(FrameFlags.CONSUMER_EXCLUSIVE | FrameFlags.CONSUMER_KEEP_BACKLOG);
        assertThat(frame.priority()).isEqualTo(7);
    }

    @Test
    void aSubscriptionNeedsANameAndAnUnsharedDurableOneAClientId() {
        assertThatThrownBy(() -> ConsumerSpec.subscription("me", QuoinTopic.named("t"), "", null, true, false, false))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("null or empty");
        assertThatThrownBy(() -> ConsumerSpec.subscription(null, QuoinTopic.named("t"), "s", null, true, false, false))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("not shared");
        assertThatThrownBy(() -> ConsumerSpec.subscription("me", null, "s", null, true, false, false))
                .isInstanceOf(InvalidDestinationException.class);
    }
}
