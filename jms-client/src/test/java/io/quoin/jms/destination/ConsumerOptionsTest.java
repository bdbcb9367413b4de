// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.jndi.QuoinObjectFactory;
import jakarta.jms.InvalidDestinationException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class ConsumerOptionsTest {

    @Test
    void whatIsTheConsumersIsKeptApartFromWhatIsTheDestinations() throws Exception {
        QuoinQueue queue = QuoinQueue.named("orders?groupSlots=8&consumer.priority=5&exclusive=true");
        assertThat(queue.name()).isEqualTo("orders");
        assertThat(queue.options()).isEqualTo("groupSlots=8&exclusive=true");
        assertThat(queue.consumerOptions()).isEqualTo(new ConsumerOptions(5, false, false));
        assertThat(queue).isEqualTo(QuoinQueue.named("orders"));
        QuoinTopic topic = QuoinTopic.named("news.*?consumer.exclusive=true");
        assertThat(topic.options()).isNull();
        assertThat(topic.consumerOptions()).isEqualTo(new ConsumerOptions(0, true, false));
        assertThat(QuoinTopic.named("news?consumer.exclusive=false").consumerOptions())
                .isEqualTo(ConsumerOptions.NONE);
    }

    @Test
    void theySurviveReferenceAndSerialization() throws Exception {
        QuoinQueue queue = QuoinQueue.named("orders?groupSlots=8&consumer.exclusive=true&consumer.priority=5");
        QuoinQueue referred =
                (QuoinQueue) new QuoinObjectFactory().getObjectInstance(queue.getReference(), null, null, null);
        assertThat(referred.options()).isEqualTo("groupSlots=8");
        assertThat(referred.consumerOptions()).isEqualTo(new ConsumerOptions(5, true, false));

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(queue);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((QuoinQueue) in.readObject()).consumerOptions()).isEqualTo(new ConsumerOptions(5, true, false));
        }
    }

    @Test
    void whatIsUnknownOrWrongIsRefusedByName() {
        assertThatThrownBy(() -> QuoinQueue.named("orders?consumer.exclusiv=true"))
                .isInstanceOf(InvalidDestinationException.class)
                .hasMessageContaining("QN-2021")
                .hasMessageContaining("did you mean 'consumer.exclusive'?");
        for (String wrong : new String[] {"priority=-1", "priority=128", "priority=", "priority", "exclusive=yes"}) {
            assertThatThrownBy(() -> QuoinTopic.named("news?consumer." + wrong))
                    .as(wrong)
                    .isInstanceOf(InvalidDestinationException.class)
                    .hasMessageContaining("QN-2022");
        }
    }
}
