// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.WatchedDisk;
import io.quoin.jms.QuoinXAConnectionFactory;
import io.quoin.journal.JournalException;
import io.quoin.journal.JournalTool;
import io.quoin.journal.disk.FileDisk;
import io.quoin.server.boot.Server;
import io.quoin.server.boot.StartException;
import io.quoin.server.config.Options;
import io.quoin.server.config.ServerConfig;
import io.quoin.server.model.RecordType;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What JTA transactions with JMS alone cost on the server's disk: no word of a branch, and one sync each. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OnePhaseLogIT {

    private static final int TRANSACTIONS = 200;
    /** Opening connections, the hand-out mark, and what is idle. */
    private static final int OTHER_SYNCS = 20;

    @TempDir
    Path folder;

    @Test
    void aTransactionWithJmsAloneIsOneSyncAndNoPrepareRecord() throws Exception {
        Path data = folder.resolve("data");
        Syncs syncs = new Syncs();
        int before;
        int after;
        try (Server server = start(data, syncs)) {
            String url = "quoin://127.0.0.1:" + server.port();
            try (JMSContext sender = new QuoinXAConnectionFactory(url).createContext()) {
                for (int number = 0; number < TRANSACTIONS; number++) {
                    sender.createProducer()
                            .setProperty("number", number)
                            .send(sender.createQueue(Transfers.IN), sender.createMessage());
                }
            }
            before = syncs.count.get();
            JavaProcess.Ended ended = JavaProcess.main(
                    Transfers.class,
                    url,
                    "jdbc:h2:mem:unused",
                    folder.resolve("log").toString(),
                    "jms");
            assertThat(ended.exitCode()).as(ended.output() + ended.errors()).isZero();
            after = syncs.count.get();
        }
        assertThat(after - before).isBetween(TRANSACTIONS, TRANSACTIONS + OTHER_SYNCS);

        Map<RecordType, Integer> records = records(data);
        assertThat(records).doesNotContainKeys(RecordType.TX_PREPARED, RecordType.TX_SEND, RecordType.TX_ACK);
        assertThat(records.get(RecordType.SEND)).isEqualTo(2 * TRANSACTIONS);
        assertThat(records.get(RecordType.ACK)).isEqualTo(TRANSACTIONS);
    }

    private static Server start(Path data, Syncs syncs) throws StartException {
        ServerConfig config = ServerConfig.defaults()
                .with(Options.DATA, data)
                .with(Options.PORT, 0)
                .with(Options.ADMIN_PORT, 0);
        return Server.start(config, "test", folder -> new WatchedDisk(folder, syncs), code -> {});
    }

    private static Map<RecordType, Integer> records(Path data) throws JournalException, IOException {
        Map<RecordType, Integer> records = new EnumMap<>(RecordType.class);
        new JournalTool(new FileDisk(data)).dump(0, Long.MAX_VALUE, (view, isPayloadValid) -> {
            RecordType type = RecordType.find(view.type());
            if (type != null) {
                records.merge(type, 1, Integer::sum);
            }
        });
        return records;
    }

    /** Counts syncs. */
    private static final class Syncs implements WatchedDisk.Watch {

        private final AtomicInteger count = new AtomicInteger();

        @Override
        public void onWrite(WatchedDisk.Operation half, WatchedDisk.Operation whole) throws IOException {
            whole.run();
        }

        @Override
        public void onForce(WatchedDisk.Operation whole) throws IOException {
            count.incrementAndGet();
            whole.run();
        }
    }
}
