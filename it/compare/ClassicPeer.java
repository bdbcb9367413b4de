// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

import java.nio.file.Path;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.activemq.store.kahadb.disk.journal.Journal;

/** ActiveMQ Classic for a comparison: writes synced, everything else as it comes. Arguments: a folder, a port. Ends with its standard input. */
final class ClassicPeer {

    public static void main(String[] arguments) throws Exception {
        String url = "tcp://127.0.0.1:" + arguments[1];
        KahaDBPersistenceAdapter store = new KahaDBPersistenceAdapter();
        store.setDirectory(Path.of(arguments[0]).toFile());
        store.setJournalDiskSyncStrategy(Journal.JournalDiskSyncStrategy.ALWAYS.name());
        BrokerService broker = new BrokerService();
        broker.setPersistenceAdapter(store);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.addConnector(url);
        broker.start();
        broker.waitUntilStarted();
        System.out.println("at " + url);
        while (System.in.read() >= 0) {
            // until the comparison ends
        }
        broker.stop();
        System.exit(0);
    }
}
