// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.peer;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.activemq.broker.BrokerService;

/** A broker of another make in a process of its own, which serves until its standard input ends. */
final class PeerBroker {
    private PeerBroker() {}

    /** Prints where it listens. */
    public static void main(String[] arguments) throws Exception {
        // What it logs must not fill a pipe that nobody reads.
        PrintStream output = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        BrokerService broker = new BrokerService();
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.addConnector("tcp://127.0.0.1:0");
        broker.start();
        broker.waitUntilStarted();
        output.println("at " + broker.getTransportConnectors().get(0).getPublishableConnectString());
        while (System.in.read() >= 0) {
            // The parent holds the other end of the pipe, and writes nothing.
        }
        broker.stop();
    }
}
