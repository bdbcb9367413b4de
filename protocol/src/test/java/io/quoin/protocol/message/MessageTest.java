// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.BodyType;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.codec.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageTest {

    private static final UUID CONNECTION = new UUID(0x0123456789ABCDEFL, 0xFEDCBA9876543210L);

    private final MessageWriter writer = new MessageWriter(128);
    private final MessageView view = new MessageView();

    @Test
    void whatIsWrittenIsRead() throws Exception {
        ByteBuffer sealed = writer.begin()
                .connectionId(CONNECTION)
                .flags(MessageFlags.PERSISTENT)
                .priority(7)
                .timestamp(1_000)
                .expiration(2_000)
                .deliveryTime(3_000)
                .destination(DestinationKind.QUEUE, "orders")
                .replyTo(DestinationKind.TEMPORARY_QUEUE, "$quoin.temp.1")
                .correlationId("c-1")
                .type("order")
                .property("JMSXGroupID", "grüße")
                .property("count", 42)
                .property("nothing", null)
                .textBody("Ein Text mit Umlauten: äöü, \uD83D\uDE00 und einem halben Paar: \uD83D.")
                .seal(9);

        view.wrap(sealed, 0, sealed.remaining()).verify();

        assertThat(view.id().text()).isEqualTo("ID:0123456789abcdeffedcba9876543210-9");
        assertThat(view.isPersistent()).isTrue();
        assertThat(view.priority()).isEqualTo(7);
        assertThat(view.timestampMs()).isEqualTo(1_000);
        assertThat(view.expirationMs()).isEqualTo(2_000);
        assertThat(view.deliveryTimeMs()).isEqualTo(3_000);
        assertThat(view.destinationKind()).isEqualTo(DestinationKind.QUEUE);
        assertThat(view.destinationName()).isEqualTo("orders");
        assertThat(view.replyToKind()).isEqualTo(DestinationKind.TEMPORARY_QUEUE);
        assertThat(view.replyToName()).isEqualTo("$quoin.temp.1");
        assertThat(view.correlationId()).isEqualTo("c-1");
        assertThat(view.type()).isEqualTo("order");
        assertThat(view.groupHash()).isEqualTo(Murmur3.hash("grüße".getBytes(StandardCharsets.UTF_8)));
        assertThat(view.bodyType()).isEqualTo(BodyType.TEXT);
        assertThat(view.text()).isEqualTo("Ein Text mit Umlauten: äöü, \uD83D\uDE00 und einem halben Paar: \uD83D.");
        assertThat(view.integerValue(view.property(Utf8.bytes("count")))).isEqualTo(42);
        assertThat(view.property(Utf8.bytes("coun"))).isEqualTo(-1);
        assertThat(view.properties())
                .containsOnlyKeys("JMSXGroupID", "count", "nothing")
                .containsEntry("nothing", null);
    }

    @Test
    void aBareMessageHasNothingButADestination() throws Exception {
        ByteBuffer sealed = writer.begin()
                .connectionId(CONNECTION)
                .destination(DestinationKind.TOPIC, "news")
                .replyTo(null, null)
                .correlationId(null)
                .type(null)
                .seal(1);

        view.wrap(sealed, 0, sealed.remaining()).verify();

        assertThat(view.replyToKind()).isNull();
        assertThat(view.replyToName()).isNull();
        assertThat(view.correlationId()).isNull();
        assertThat(view.correlationIdBytes()).isNull();
        assertThat(view.type()).isNull();
        assertThat(view.isGrouped()).isFalse();
        assertThat(view.properties()).isEmpty();
        assertThat(view.bodyType()).isEqualTo(BodyType.NONE);
        assertThat(view.bodyLength()).isZero();
    }
}
