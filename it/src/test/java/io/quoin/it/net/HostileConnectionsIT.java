// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand connections that send garbage, announce too much, or say nothing: others are served meanwhile, in little memory. */
class HostileConnectionsIT {
    private static final int CONNECTIONS = 10_000;
    private static final int SERVE_EVERY = 500;
    /** Half-open ones that the test itself keeps open at a time. */
    private static final int KEPT_OPEN = 2_000;

    private final SplittableRandom random = new SplittableRandom(7);
    private final Deque<Socket> silent = new ArrayDeque<>();

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void leaveTheServerServingOthers() throws IOException {
        try (ServerProcess server =
                        ServerProcess.start(folder.resolve("data"), List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m"));
                JMSContext context = new QuoinConnectionFactory(server.url()).createContext()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                attack(server.port(), i % 5);
                if (i % SERVE_EVERY == 0) {
                    serves(context, i);
                }
            }
            serves(context, CONNECTIONS);
            try (JMSContext newcomer = new QuoinConnectionFactory(server.url()).createContext()) {
                serves(newcomer, CONNECTIONS + 1);
            }
            for (Socket socket : silent) {
                socket.close();
            }
            assertThat(server.process().isAlive()).isTrue();
        }
    }

    private static void serves(JMSContext context, int number) {
        Queue queue = context.createQueue("served");
        context.createProducer().send(queue, "message " + number);
        try (var consumer = context.createConsumer(queue)) {
            assertThat(consumer.receiveBody(String.class, 20_000)).isEqualTo("message " + number);
        }
    }

    private void attack(int port, int kind) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            switch (kind) {
                case 0 -> socket.getOutputStream().write(garbage(1 + random.nextInt(4_000)));
                case 1 -> socket.getOutputStream().write(announcing(Integer.MAX_VALUE));
                case 2 -> socket.getOutputStream().write(announcing(-1));
                case 3 -> socket.getOutputStream().write(announcing(16_000), 0, 5);
                default -> {
                    // Says nothing at all.
                }
            }
        } catch (SocketException e) {
            // The server may have closed it before all was written: that is one way to be safe.
            socket.close();
            return;
        }
        if (kind < 3) {
            socket.close();
        } else {
            keepOpen(socket);
        }
    }

    private void keepOpen(Socket socket) throws IOException {
        silent.add(socket);
        if (silent.size() > KEPT_OPEN) {
            silent.remove().close();
        }
    }

    private byte[] garbage(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] announcing(int length) {
        return ByteBuffer.allocate(64).putInt(length).array();
    }
}
