// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli;

import io.quoin.cli.bench.BenchPlan;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.Session;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What {@code quoin bench} measures. */
final class BenchOptions {

    @Option(names = "--producers", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int producers;

    @Option(names = "--consumers", paramLabel = "N", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private int consumers;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "0",
            description = "Connections that they share. Default: one each.")
    private int connections;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "1024",
            description = "Body. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(names = "--non-persistent", description = "Messages need not survive the server.")
    private boolean nonPersistent;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "1",
            description = "Sends of a producer on the way at a time, by asynchronous sends; 1 waits for each."
                    + " Default: ${DEFAULT-VALUE}.")
    private int window;

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages that were sent and not yet received, at most. Default: any number.")
    private int outstanding;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages a second, of all producers; latency counts from when a send was due."
                    + " Default: as many as go.")
    private double rate;

    @Option(
            names = "--groups",
            paramLabel = "N",
            defaultValue = "0",
            description = "Message groups, one of which each message belongs to. Default: none.")
    private int groups;

    @Option(
            names = "--transacted",
            paramLabel = "N",
            defaultValue = "0",
            description = "Messages in a transaction, of producers and consumers. Default: none.")
    private int transacted;

    @Option(
            names = "--xa",
            description =
                    "Transactions are branches of global ones, prepared and committed (--transacted 1 if not given).")
    private boolean xa;

    @Option(
            names = "--ack",
            paramLabel = "MODE",
            defaultValue = "auto",
            converter = AckMode.class,
            description = "auto, client (each message), dups-ok, or the number of one of the provider's own modes."
                    + " Default: ${DEFAULT-VALUE}.")
    private int ackMode;

    @Option(names = "--listener", description = "Consumers have message listeners; otherwise they call receive.")
    private boolean listener;

    @Option(
            names = "--destination",
            paramLabel = "NAME",
            defaultValue = "bench",
            description = "Default: ${DEFAULT-VALUE}.")
    private String destination = "";

    @Option(
            names = "--destinations",
            paramLabel = "N",
            defaultValue = "1",
            description = "Each producer and consumer has one of them, in turn. Default: ${DEFAULT-VALUE}.")
    private int destinations;

    @Option(
            names = "--uniform",
            description = "Each message goes to any of them, with the same chance, and consumers share them all.")
    private boolean uniform;

    @Option(names = "--topic", description = "Destinations are topics.")
    private boolean topic;

    @Option(names = "--warm-up", paramLabel = "SECONDS", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private double warmUp;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "10", description = "Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "0",
            description = "Sends, and receives, so many, without warming up, instead of going by time.")
    private long messages;

    boolean xa() {
        return xa;
    }

    /** @throws CliException if that cannot be measured */
    BenchPlan plan() throws CliException {
        try {
            return new BenchPlan(
                    new BenchPlan.Destinations(destination, destinations, topic, uniform),
                    new BenchPlan.Sending(producers, size, !nonPersistent, window, outstanding, groups, rate),
                    new BenchPlan.Receiving(consumers, ackMode, listener),
                    connections,
                    new BenchPlan.Work(xa ? Math.max(1, transacted) : transacted, xa),
                    new BenchPlan.Length(warmUp, seconds, messages));
        } catch (IllegalArgumentException e) {
            throw CliException.usage(ErrorCode.sentence(String.valueOf(e.getMessage())));
        }
    }

    /** Acknowledgement modes by name. */
    static final class AckMode implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "auto" -> Session.AUTO_ACKNOWLEDGE;
                case "client" -> Session.CLIENT_ACKNOWLEDGE;
                case "dups-ok" -> Session.DUPS_OK_ACKNOWLEDGE;
                default -> number(text);
            };
        }

        private static int number(String text) {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' is not auto, client, dups-ok or a number");
            }
        }
    }
}
