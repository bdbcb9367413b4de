// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

import io.quoin.protocol.ProtocolLimits;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every option of a server, once. docs/configuration.md is generated from this table. */
public final class Options {

    private static final List<Option<?>> ALL = new ArrayList<>();

    private static final long SECOND_MS = 1_000;
    private static final long MINUTE_MS = 60 * SECOND_MS;
    private static final long DAY_MS = 24 * 60 * MINUTE_MS;
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TIB = 1L << 40;

    public static final Option<Path> DATA =
            option("data", OptionType.path(), Path.of("data"), "The data folder. It is created where it is missing.");
    public static final Option<InetAddress> BIND = option(
            "bind",
            OptionType.address(),
            InetAddress.getLoopbackAddress(),
            "The address that the ports listen on. Outside loopback, users and TLS are both required, and port stays on"
                    + " loopback: what is not encrypted does not leave the machine.");
    public static final Option<Integer> PORT = option(
            "port", port(), ProtocolLimits.DEFAULT_PORT, "The messaging port. 0 takes a free one and prints it.");
    public static final Option<Integer> ADMIN_PORT = option(
            "admin.port",
            port(),
            5580,
            "The port that serves /health and /metrics over HTTP. 0 takes a free one and prints it.");

    public static final Option<Path> TLS_CERT = option(
            "tls.cert",
            OptionType.path(),
            null,
            "A PEM file with the server's certificate and the chain above it. With tls.key it opens the TLS port.");
    public static final Option<Path> TLS_KEY =
            option("tls.key", OptionType.path(), null, "A PEM file with the certificate's private key (PKCS #8).");
    public static final Option<Integer> TLS_PORT = option(
            "tls.port",
            port(),
            ProtocolLimits.DEFAULT_TLS_PORT,
            "The port for messaging over TLS, opened where a certificate is given. 0 takes a free one and prints it.");

    public static final Option<Integer> CONNECTIONS_MAX = option(
            "connections.max",
            OptionType.wholeNumber(1, 1_000_000),
            12_000,
            "Connections at the same time; more are refused.");
    public static final Option<Integer> CONNECTIONS_UNAUTHENTICATED = option(
            "connections.unauthenticated",
            OptionType.wholeNumber(1, 1_000_000),
            1_000,
            "Connections that have not yet shown who they are; when there are more, the oldest of them is closed.");
    public static final Option<Integer> CONNECTIONS_PER_ADDRESS = option(
            "connections.per-address",
            OptionType.wholeNumber(1, 1_000_000),
            200,
            "The same for one address of a peer. Loopback is exempt.");

    public static final Option<Long> SESSION_TIMEOUT = option(
            "session.timeout",
            OptionType.duration(SECOND_MS, DAY_MS),
            35 * SECOND_MS,
            "The longest silence of a client before it is taken for lost; a client may ask for less.");
    public static final Option<Long> SESSION_GRACE = option(
            "session.grace",
            OptionType.duration(0, DAY_MS),
            500L,
            "How long a session whose connection broke is kept for a client that comes back.");
    public static final Option<Long> SESSION_RESTART_GRACE = option(
            "session.restart-grace",
            OptionType.duration(0, DAY_MS),
            10 * SECOND_MS,
            "How long after a sudden stop of the server a connection that consumed is waited for. Until it is back, nobody"
                    + " else gets what it may hold: what was delivered or could have been, and what is behind that in the"
                    + " same message groups; everything else flows. 0: nobody is waited for.");

    public static final Option<Boolean> AUTO_CREATE = option(
            "destinations.auto-create",
            OptionType.yesOrNo(),
            true,
            "Whether a queue or topic is created when it is first used.");
    public static final Option<Integer> MAX_DELIVERIES = option(
            "destinations.max-deliveries",
            OptionType.wholeNumber(0, 1_000_000),
            10,
            "Deliveries of a message before it goes to the dead letters; 0: no limit.");
    public static final Option<Long> REDELIVERY_DELAY = option(
            "destinations.redelivery-delay",
            OptionType.duration(0, DAY_MS),
            0L,
            "How long a message that was rolled back waits before it is delivered again.");
    public static final Option<Integer> GROUP_SLOTS = option(
            "destinations.group-slots",
            OptionType.wholeNumber(1, 65_536),
            1_024,
            "Slots of a new queue or shared subscription, over which message groups are spread.");

    public static final Option<Long> SUBSCRIPTION_EXPIRY = option(
            "destinations.subscription-expiry",
            OptionType.duration(0, 36_500 * DAY_MS),
            0L,
            "How long a durable subscription of a new topic may be without a consumer before it is removed; 0: for ever.");

    public static final Option<Integer> MAX_TRANSACTION_MESSAGES = option(
            "transactions.max-messages",
            OptionType.wholeNumber(1, Integer.MAX_VALUE),
            1_000_000,
            "Messages in one transaction.");
    public static final Option<Long> MAX_TRANSACTION_BYTES = option(
            "transactions.max-bytes",
            OptionType.size(MIB, TIB),
            GIB,
            "Bytes of messages in one transaction. Beyond 1 MiB they are written to the disk as they come.");

    public static final Option<Long> BRANCH_TIMEOUT = option(
            "transactions.xa-timeout",
            OptionType.duration(SECOND_MS, DAY_MS),
            300 * SECOND_MS,
            "How long a branch of a distributed transaction may take to be prepared, unless its transaction manager says"
                    + " otherwise; then it is rolled back. Prepared branches wait without limit.");

    public static final Option<Long> SEGMENT_SIZE = option(
            "journal.segment-size",
            OptionType.powerOfTwoSize(64 * KIB, GIB),
            64 * MIB,
            "Size of a journal file. It counts when the data folder is created and is kept with the data.");
    public static final Option<Long> SNAPSHOT_EVERY = option(
            "journal.snapshot-every",
            OptionType.size(MIB, TIB),
            64 * MIB,
            "A snapshot is taken after this much was written; a restart reads at most about this much.");
    public static final Option<Long> TAIL_SIZE = option(
            "journal.tail-size",
            OptionType.size(MIB, 64 * GIB),
            64 * MIB,
            "Memory for what was written last, from which messages are delivered without reading the disk; at most a quarter of the memory of the JVM (-Xmx).");

    public static final Option<Long> VOLATILE_SIZE = option(
            "memory.non-persistent",
            OptionType.size(MIB, TIB),
            256 * MIB,
            "Memory for the bodies of non-persistent messages; where it is full, their producers wait and are then refused. At most a sixth of the memory of the JVM (-Xmx).");

    public static final Option<String> LOG_LEVEL =
            option("log.level", OptionType.oneOf("error", "warn", "info", "debug"), "info", "What the log tells.");

    private Options() {}

    /** All options, in the order of the reference. */
    public static List<Option<?>> all() {
        return List.copyOf(ALL);
    }

    /** The option with that key, or null. */
    public static @Nullable Option<?> find(String key) {
        for (Option<?> option : ALL) {
            if (option.key().equals(key)) {
                return option;
            }
        }
        return null;
    }

    private static OptionType<Integer> port() {
        return OptionType.wholeNumber(0, 65_535);
    }

    private static <T> Option<T> option(String key, OptionType<T> type, @Nullable T defaultValue, String doc) {
        Option<T> option = new Option<>(key, type, defaultValue, doc);
        ALL.add(option);
        return option;
    }
}
