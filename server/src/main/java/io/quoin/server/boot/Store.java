// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.boot;

import io.quoin.journal.Damage;
import io.quoin.journal.JournalException;
import io.quoin.journal.JournalOptions;
import io.quoin.journal.Recovery;
import io.quoin.journal.RecoveryReport;
import io.quoin.journal.disk.Clock;
import io.quoin.journal.disk.SystemClock;
import io.quoin.protocol.ErrorCode;
import io.quoin.server.admin.AdminVerbs;
import io.quoin.server.admin.UserVerbs;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import io.quoin.server.core.BrokerOptions;
import io.quoin.server.group.AgentOptions;
import io.quoin.server.group.BrokerAgent;
import io.quoin.server.group.BrokerStart;
import io.quoin.server.model.DestinationOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the data folder and makes the owner of what is in it. No state. */
final class Store {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    private Store() {}

    /** @param parts gets what has to be closed if the server does not start */
    static BrokerAgent open(ServerConfig config, String version, DiskFactory disks, Deque<AutoCloseable> parts)
            throws StartException {
        Path folder = config.get(Options.DATA);
        Clock clock = new SystemClock();
        try {
            Recovery recovery = Recovery.begin(disks.open(folder), clock, journalOptions(config));
            parts.push(recovery);
            BrokerStart start = new BrokerStart(clock, recovery, brokerOptions(config));
            tell(start.report());
            AgentOptions options = new AgentOptions(
                    version,
                    recovery.nodeId(),
                    Math.toIntExact(config.get(Options.SESSION_TIMEOUT)),
                    config.get(Options.SNAPSHOT_EVERY));
            boolean local = config.get(Options.BIND).isLoopbackAddress();
            checkUsers(config, local, start);
            BrokerAgent agent = start.open(
                    options,
                    broker -> new AdminVerbs(broker, version, new UserVerbs(broker.users(), local, options.random())));
            parts.push(agent::abandon);
            return agent;
        } catch (IOException e) {
            throw new StartException(
                    ExitCode.FAILED,
                    ErrorCode.DATA_NOT_WRITABLE,
                    "The data folder " + folder.toAbsolutePath().normalize() + " cannot be used: " + e.getMessage()
                            + ". Check path, owner and rights.",
                    e);
        } catch (JournalException e) {
            throw explain(folder, e);
        }
    }

    /** Other machines may connect only to a server that asks them who they are. */
    private static void checkUsers(ServerConfig config, boolean local, BrokerStart start) throws StartException {
        if (!local && !start.hasUsers()) {
            throw new StartException(
                    ExitCode.UNSAFE,
                    ErrorCode.UNSAFE_CONFIGURATION,
                    config.origin(Options.BIND) + ": binding to "
                            + config.get(Options.BIND).getHostAddress()
                            + " would let other machines connect, and there is no user yet. Start the server without "
                            + Options.BIND.flag() + ", add a user with 'quoin user add NAME', and start it again.");
        }
    }

    private static JournalOptions journalOptions(ServerConfig config) {
        return JournalOptions.defaults()
                .withSegmentBytes(Math.toIntExact(config.get(Options.SEGMENT_SIZE)))
                .withTailBytes(Math.min(
                        config.get(Options.TAIL_SIZE), Runtime.getRuntime().maxMemory() / 4));
    }

    private static BrokerOptions brokerOptions(ServerConfig config) {
        BrokerOptions defaults = BrokerOptions.DEFAULT;
        long maxMemory = Runtime.getRuntime().maxMemory();
        return new BrokerOptions(
                config.get(Options.AUTO_CREATE),
                config.get(Options.SESSION_GRACE),
                config.get(Options.SESSION_RESTART_GRACE),
                defaults.producerMemoryMs(),
                defaults.producersMax(),
                config.get(Options.MAX_TRANSACTION_BYTES),
                config.get(Options.MAX_TRANSACTION_MESSAGES),
                config.get(Options.BRANCH_TIMEOUT),
                Math.min(config.get(Options.VOLATILE_SIZE), maxMemory / 6),
                defaults.sendWindowBytes(),
                defaults.largeTransactions().withKeptBytesUpTo(maxMemory / 16),
                destinationDefaults(config));
    }

    private static DestinationOptions destinationDefaults(ServerConfig config) {
        return DestinationOptions.defaults(
                config.get(Options.GROUP_SLOTS),
                config.get(Options.MAX_DELIVERIES),
                config.get(Options.REDELIVERY_DELAY),
                config.get(Options.SUBSCRIPTION_EXPIRY));
    }

    private static void tell(RecoveryReport report) {
        if (report.records() > 0) {
            LOG.info(
                    "Read {} records of the log after a {} stop",
                    report.records(),
                    report.stoppedCleanly() ? "clean" : "sudden");
        }
        if (report.trimmedBytes() > 0) {
            LOG.warn(
                    "The last write was cut short: {} bytes that nobody was told of are not part of the log",
                    report.trimmedBytes());
        }
        for (Damage damage : report.damage()) {
            LOG.warn("{} damage at position {}: {}", damage.kind(), damage.position(), damage.text());
        }
    }

    private static StartException explain(Path folder, JournalException e) {
        String text = folder.toAbsolutePath().normalize() + ": "
                + String.valueOf(e.getMessage()).replaceFirst("^QN-\\d{4}:? *", "");
        return switch (e.error()) {
            case LOCKED -> new StartException(ExitCode.LOCKED, ErrorCode.DATA_LOCKED, text, e);
            case CORRUPT, DAMAGED_RECORD, NO_SUCH_RECORD ->
                new StartException(ExitCode.CORRUPT, ErrorCode.JOURNAL_CORRUPT, text, e);
            case FORMAT_TOO_NEW -> new StartException(ExitCode.FORMAT_TOO_NEW, ErrorCode.FORMAT_TOO_NEW, text, e);
            case NOT_A_DATA_FOLDER -> new StartException(ExitCode.FAILED, ErrorCode.NOT_A_DATA_FOLDER, text, e);
            case DISK_FULL -> new StartException(ExitCode.JOURNAL_FAILED, ErrorCode.DISK_FULL, text, e);
            case FAILED -> new StartException(ExitCode.JOURNAL_FAILED, ErrorCode.JOURNAL_FAILED, text, e);
        };
    }
}
