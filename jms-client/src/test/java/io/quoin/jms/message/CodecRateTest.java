// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.quoin.jms.destination.QuoinQueue;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Prints, and does not judge, how fast a small text message is encoded and decoded and what that allocates. */
class CodecRateTest {

    private static final int WARM_UP = 100_000;
    private static final int COUNT = 200_000;
    private static final String BODY = "x".repeat(100);

    private long checksum;

    @Test
    void ratesArePrinted() throws Exception {
        MessageEncoder encoder = new MessageEncoder();
        MessageDecoder decoder = new MessageDecoder();
        MessageEncoder.SendHeaders headers = new MessageEncoder.SendHeaders(
                new UUID(1, 2), QuoinQueue.named("orders"), true, 4, 5, 0, 5, false, false);
        byte[] encoded = encode(encoder, headers, true);

        measure("made and encoded", i -> checksum += encode(encoder, headers, false).length);
        measure("decoded and read", i -> {
            Received received = new Received(encoded, 1, i, 1, false, false, false, List.of(), null, null);
            QuoinTextMessage message = (QuoinTextMessage) decoder.decode(MessageContext.DEFAULT, received);
            checksum += message.getText().length();
        });

        assertThat(checksum).isPositive();
    }

    private static final byte[] NONE = new byte[1];

    private static byte[] encode(MessageEncoder encoder, MessageEncoder.SendHeaders headers, boolean copy)
            throws Exception {
        QuoinTextMessage message = new QuoinTextMessage(MessageContext.DEFAULT);
        message.setText(BODY);
        ByteBuffer sealed = encoder.encode(message, headers).seal(1);
        if (!copy) {
            return NONE;
        }
        byte[] bytes = new byte[sealed.remaining()];
        sealed.get(bytes);
        return bytes;
    }

    private interface Work {
        void run(int i) throws Exception;
    }

    private static void measure(String what, Work work) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            work.run(i);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long startNs = System.nanoTime();
        for (int i = 0; i < COUNT; i++) {
            work.run(i);
        }
        long tookNs = System.nanoTime() - startNs;
        long bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
        System.out.printf(
                java.util.Locale.ROOT,
                "text message of 100 characters %s: %,d a second, %d bytes allocated each%n",
                what,
                COUNT * 1_000_000_000L / tookNs,
                bytes / COUNT);
    }
}
