// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.BodyType;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.codec.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
        assertThat(view.properties())
                .containsOnlyKeys("JMSXGroupID", "count", "nothing")
                .containsEntry("nothing", null);
    }

    @Test
    void aBareMessageHasNothingButADestination() throws Exception {
        ByteBuffer sealed = bare().seal(1);

        view.wrap(sealed, 0, sealed.remaining()).verify();

        assertThat(view.priority()).isEqualTo(4);
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

    @Test
    void aCorrelationIdKnowsWhetherItWasText() throws Exception {
        byte[] id = {-1, 0};
        ByteBuffer sealed = writer.begin()
                .destination(DestinationKind.TOPIC, "t")
                .replyTo(null, null)
                .correlationIdBytes(id)
                .type(null)
                .seal(1);

        view.wrap(sealed, 0, sealed.remaining()).verify();

        assertThat(view.correlationId()).isNull();
        assertThat(view.correlationIdBytes()).isEqualTo(id);
    }

    @Test
    void nullAndEmptyTextsAreToldApart() throws Exception {
        ByteBuffer empty = bare().textBody("").seal(1);
        assertThat(view.wrap(empty, 0, empty.remaining()).text()).isEmpty();

        ByteBuffer none = bare().textBody(null).seal(1);
        assertThat(view.wrap(none, 0, none.remaining()).text()).isNull();
        assertThat(view.bodyType()).isEqualTo(BodyType.TEXT);
    }

    /** A selector reads values by their place and type, without making objects of them. */
    @Test
    void propertiesAreFoundAndReadInPlace() throws Exception {
        bare();
        SampleMessages.everyValue().forEach(writer::property);
        ByteBuffer sealed = writer.seal(1);
        view.wrap(sealed, 0, sealed.remaining()).verify();

        assertThat(view.propertyCount()).isEqualTo(11);
        assertThat(view.valueType(at("nothing"))).isEqualTo(WireValue.NULL);
        assertThat(view.booleanValue(at("boolean"))).isTrue();
        assertThat(view.integerValue(at("byte"))).isEqualTo(-1);
        assertThat(view.integerValue(at("short"))).isEqualTo(-2);
        assertThat(view.integerValue(at("int"))).isEqualTo(-3);
        assertThat(view.integerValue(at("long"))).isEqualTo(-4);
        assertThat(view.floatingValue(at("float"))).isEqualTo(1.5);
        assertThat(view.floatingValue(at("double"))).isEqualTo(-2.5);
        assertThat(view.stringValue(at("string"))).isEqualTo("ä");
        assertThat(view.isString(at("string"), Utf8.bytes("ä"))).isTrue();
        assertThat(view.isString(at("string"), Utf8.bytes("a"))).isFalse();
        assertThat(view.isString(at("int"), Utf8.bytes("-3"))).isFalse();
        assertThat(view.value(at("char"))).isEqualTo('€');
        assertThat(view.value(at("bytes"))).isEqualTo(new byte[] {1, 2});
        assertThat(view.property(Utf8.bytes("strin"))).isEqualTo(-1);
        assertThatThrownBy(() -> view.integerValue(at("float"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> view.floatingValue(at("int"))).isInstanceOf(IllegalArgumentException.class);
    }

    private int at(String name) {
        int at = view.property(Utf8.bytes(name));
        assertThat(at).as(name).isPositive();
        return at;
    }

    @Test
    void aValueOfAnyOtherClassIsRefused() {
        bare();

        assertThatThrownBy(() -> writer.property("list", List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theOrderOfTheLayoutIsKept() {
        writer.begin();

        assertThatThrownBy(() -> writer.type("x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.seal(1)).isInstanceOf(IllegalStateException.class);
        bare().textBody("x");
        assertThatThrownBy(() -> writer.property("a", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.textBody("y")).isInstanceOf(IllegalStateException.class);
        writer.seal(1);
        assertThatThrownBy(() -> writer.seal(2)).isInstanceOf(IllegalStateException.class);
    }

    /** The writer's memory, the place in the buffer and the kind of buffer do not matter. */
    @Property(tries = 200)
    void anyMessageComesBackAsItWas(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        Map<String, Object> properties = RandomValues.map(random);
        String text = RandomValues.text(random, 3_000);
        MessageWriter writerOfAnySize = new MessageWriter(random.nextInt(5_000));
        int priority = random.nextInt(10);
        long timestamp = random.nextLong();
        writerOfAnySize
                .begin()
                .connectionId(CONNECTION)
                .priority(priority)
                .timestamp(timestamp)
                .destination(DestinationKind.TOPIC, text.substring(0, Math.min(255, text.length())))
                .replyTo(null, null)
                .correlationId(text.substring(text.length() / 2))
                .type(null);
        properties.forEach(writerOfAnySize::property);
        ByteBuffer sealed = writerOfAnySize.textBody(text).seal(7);
        int offset = random.nextInt(50);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(offset + sealed.remaining() + 9).put(offset, sealed, 0, sealed.remaining());

        view.wrap(direct, offset, sealed.remaining()).verify();

        assertThat(view.priority()).isEqualTo(priority);
        assertThat(view.timestampMs()).isEqualTo(timestamp);
        assertThat(view.destinationName()).isEqualTo(text.substring(0, Math.min(255, text.length())));
        assertThat(view.correlationId()).isEqualTo(text.substring(text.length() / 2));
        assertThat(view.text()).isEqualTo(text);
        assertSame(view.properties(), properties);
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            int at = view.property(Utf8.bytes(property.getKey()));
            assertThat(view.value(at)).isEqualTo(property.getValue());
        }
    }

    @Property(tries = 200)
    void anyMapAndStreamComeBackAsTheyWere(@ForAll long seed) throws Exception {
        Map<String, Object> map = RandomValues.map(new Random(seed));
        List<Object> values = new ArrayList<>(map.values());

        WireMap.write(bare().body(BodyType.MAP), map);
        ByteBuffer sealed = writer.seal(1);
        Map<String, Object> readMap =
                WireMap.read(view.wrap(sealed, 0, sealed.remaining()).body());
        assertSame(readMap, map);

        WireStream.write(bare().body(BodyType.STREAM), values);
        sealed = writer.seal(1);
        assertThat(WireStream.read(view.wrap(sealed, 0, sealed.remaining()).body())
                        .toArray())
                .isEqualTo(values.toArray());
    }

    /** The same names in the same order, with equal values; arrays are equal if their elements are. */
    private static void assertSame(Map<String, Object> actual, Map<String, Object> expected) {
        assertThat(actual.keySet().toArray()).isEqualTo(expected.keySet().toArray());
        assertThat(actual.values().toArray()).isEqualTo(expected.values().toArray());
    }

    private MessageWriter bare() {
        return writer.begin()
                .connectionId(CONNECTION)
                .destination(DestinationKind.TOPIC, "news")
                .replyTo(null, null)
                .correlationId(null)
                .type(null);
    }

    /** Values of every class, from a seed. */
    private static final class RandomValues {

        static Map<String, Object> map(Random random) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                map.put(text(random, 20), value(random));
            }
            return map;
        }

        private static Object value(Random random) {
            return switch (random.nextInt(11)) {
                case 0 -> null;
                case 1 -> random.nextBoolean();
                case 2 -> (byte) random.nextInt();
                case 3 -> (short) random.nextInt();
                case 4 -> random.nextInt();
                case 5 -> random.nextLong();
                case 6 -> Float.intBitsToFloat(random.nextInt());
                case 7 -> Double.longBitsToDouble(random.nextLong());
                case 8 -> text(random, 200);
                case 9 -> (char) random.nextInt();
                default -> {
                    byte[] bytes = new byte[random.nextInt(200)];
                    random.nextBytes(bytes);
                    yield bytes;
                }
            };
        }

        static String text(Random random, int maxLength) {
            StringBuilder text = new StringBuilder();
            int kind = random.nextInt(3);
            for (int i = random.nextInt(maxLength); i > 0; i--) {
                text.append((char)
                        (kind == 0 ? ' ' + random.nextInt(95) : kind == 1 ? random.nextInt(0x300) : random.nextInt()));
            }
            return text.toString();
        }
    }
}
