// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import io.quoin.protocol.BodyType;
import io.quoin.protocol.DestinationKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A message of every kind, with every kind of header and property, as bytes. */
final class SampleMessages {

    private static final UUID CONNECTION = new UUID(0x0011223344556677L, 0x8899AABBCCDDEEFFL);

    private SampleMessages() {}

    static Map<String, byte[]> all() {
        Map<String, byte[]> samples = new LinkedHashMap<>();
        MessageWriter writer = new MessageWriter(64);
        samples.put("bare", seal(bare(writer)));
        samples.put("text", seal(full(writer).textBody("Guten Tag, ä\uD83D\uDE00\uD83D.")));
        samples.put("empty text", seal(bare(writer).textBody("")));
        samples.put("null text", seal(bare(writer).textBody(null)));
        bare(writer).body(BodyType.BYTES).raw(new byte[] {0, 1, -1});
        samples.put("bytes", seal(writer));
        WireMap.write(bare(writer).body(BodyType.MAP), everyValue());
        samples.put("map", seal(writer));
        WireStream.write(
                bare(writer).body(BodyType.STREAM),
                Arrays.asList(everyValue().values().toArray()));
        samples.put("stream", seal(writer));
        bare(writer).body(BodyType.OBJECT).raw(new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5});
        samples.put("object", seal(writer));
        return samples;
    }

    private static MessageWriter bare(MessageWriter writer) {
        return writer.begin()
                .connectionId(CONNECTION)
                .destination(DestinationKind.QUEUE, "q")
                .replyTo(null, null)
                .correlationId(null)
                .type(null);
    }

    private static MessageWriter full(MessageWriter writer) {
        writer.begin()
                .connectionId(CONNECTION)
                .flags(MessageFlags.PERSISTENT | MessageFlags.ID_DISABLED | MessageFlags.TIMESTAMP_DISABLED)
                .priority(9)
                .timestamp(1_700_000_000_000L)
                .expiration(1_700_000_060_000L)
                .deliveryTime(1_700_000_001_000L)
                .destination(DestinationKind.TEMPORARY_TOPIC, "$quoin.temp.1")
                .replyTo(DestinationKind.TOPIC, "antworten.ä")
                .correlationIdBytes(new byte[] {-1, 0, 1})
                .type("order");
        everyValue().forEach(writer::property);
        return writer.property("JMSXGroupID", "customer-17").property("JMSXGroupSeq", 3);
    }

    /** One of each class that a value may have. */
    static Map<String, @Nullable Object> everyValue() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("nothing", null);
        values.put("boolean", true);
        values.put("byte", (byte) -1);
        values.put("short", (short) -2);
        values.put("int", -3);
        values.put("long", -4L);
        values.put("float", 1.5f);
        values.put("double", -2.5);
        values.put("string", "ä");
        values.put("char", '€');
        values.put("bytes", new byte[] {1, 2});
        return values;
    }

    static byte[] seal(MessageWriter writer) {
        ByteBuffer sealed = writer.seal(42);
        byte[] bytes = new byte[sealed.remaining()];
        sealed.get(bytes);
        return bytes;
    }
}
