// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.message.MessageFlags;
import io.quoin.protocol.message.MessageView;
import io.quoin.protocol.message.MessageWriter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Selectors against encoded messages, in place. */
final class SelectorMessageTest {
    private static final UUID CONNECTION = new UUID(0x0123456789ABCDEFL, 0xFEDCBA9876543210L);

    private static MessageWriter writer(int flags) {
        return new MessageWriter(512)
                .begin()
                .connectionId(CONNECTION)
                .flags(flags)
                .priority(7)
                .timestamp(1_700_000_000_000L)
                .destination(DestinationKind.QUEUE, "orders")
                .replyTo(null, null);
    }

    /** Not at the start of its buffer. */
    private static MessageView view(MessageWriter writer) throws Exception {
        ByteBuffer sealed = writer.seal(42);
        ByteBuffer buffer = ByteBuffer.allocateDirect(sealed.remaining() + 20);
        buffer.position(13);
        int length = sealed.remaining();
        buffer.put(sealed);
        MessageView view = new MessageView().wrap(buffer, 13, length);
        view.verify();
        return view;
    }

    private static MessageView full() throws Exception {
        return view(writer(MessageFlags.PERSISTENT)
                .correlationId("corr-ü")
                .type("a.type")
                .property("boolean", true)
                .property("byte", (byte) -7)
                .property("short", (short) -300)
                .property("int", -70_000)
                .property("long", Long.MIN_VALUE)
                .property("float", 1.1f)
                .property("double", -0.25)
                .property("string", "it's 🚀")
                .property("empty", "")
                .property("null", null)
                .property("größe", 3)
                .property("JMSXDeliveryCount", 99)
                .textBody("boolean"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "boolean",
                "boolean = TRUE",
                "byte = -7",
                "short = -300",
                "int = -70000",
                "long = -9223372036854775808",
                "float = 1.1f",
                "float <> 1.1",
                "double = -.25",
                "string = 'it''s 🚀'",
                "string LIKE 'it%_'",
                "string IN ('x', 'it''s 🚀')",
                "empty = ''",
                "missing IS NULL",
                "größe = 3",
                "JMSPriority = 7",
                "JMSDeliveryMode = 'PERSISTENT'",
                "JMSTimestamp = 1700000000000",
                "JMSTimestamp > 1.6e12",
                "JMSCorrelationID = 'corr-ü'",
                "JMSCorrelationID LIKE 'corr__'",
                "JMSType = 'a.type'",
                "JMSMessageID = 'ID:0123456789abcdeffedcba9876543210-42'",
                "JMSMessageID LIKE 'ID:%-42'",
                "JMSXDeliveryCount = 3",
            })
    void headersAndPropertiesAreReadWithTheirTypes(String text) throws Exception {
        assertThat(Selector.parse(text).matches(full(), 3)).as(text).isTrue();
    }

    @Test
    void whatIsNotThereIsNull() throws Exception {
        MessageView bare = view(writer(MessageFlags.ID_DISABLED | MessageFlags.TIMESTAMP_DISABLED)
                .correlationIdBytes(new byte[] {1, 2})
                .type(null)
                .property("absent", null)
                .textBody(null));

        assertThat(Selector.parse(
                                "JMSType IS NULL AND JMSMessageID IS NULL AND JMSCorrelationID IS NULL AND absent IS NULL AND other IS NULL"
                                        + " AND JMSDeliveryMode = 'NON_PERSISTENT' AND JMSXDeliveryCount = 1")
                        .matches(bare))
                .isTrue();
    }

    @Test
    void theTextOfAMessageIdIsThatOfTheProtocol() {
        MessageIdText text = new MessageIdText();
        for (long sequence : new long[] {0, 1, 9, 10, 99, 100, 12_345, Long.MAX_VALUE}) {
            text.write(CONNECTION.getMostSignificantBits(), -1, sequence);
            byte[] bytes = new byte[text.length()];
            text.bytes().get(0, bytes);

            assertThat(new String(bytes, java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo(
                            new io.quoin.protocol.message.MessageId(CONNECTION.getMostSignificantBits(), -1, sequence)
                                    .text());
        }
    }

    @Test
    void anEvaluationOfAMessageAllocatesNothing() throws Exception {
        Selector selector = Selector.parse(
                "JMSMessageID LIKE '%-42' AND JMSType = 'a.type' AND string <> 'x' AND float > 1 AND int < 0 AND NOT (empty IN ('3'))"
                        + " AND JMSDeliveryMode LIKE 'P%' AND missing IS NULL");
        MessageView message = full();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThat(run(selector, message, 20_000)).isEqualTo(20_000);

        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 10 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            run(selector, message, 10_000);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("bytes for 10,000 evaluations").isLessThan(1_000);
    }

    private static int run(Selector selector, MessageView message, int times) {
        int matched = 0;
        for (int i = 0; i < times; i++) {
            matched += selector.matches(message, 1) ? 1 : 0;
        }
        return matched;
    }
}
