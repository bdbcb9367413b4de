// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * Artemis for a comparison: writes synced, everything else as it comes. Arguments: a folder, a port; for a trial of message groups also a redelivery delay in ms (any number of deliveries), and
 * whether groups are rebalanced, with dispatch paused. Ends with its standard input.
 */
final class ArtemisPeer {

    /** What {@code artemis create} finds for a disk that syncs in about an eighth of a millisecond; the default is 3.3 ms. */
    private static final int BUFFER_TIMEOUT_NS = 124_000;

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        String url = "tcp://127.0.0.1:" + arguments[1];
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setSecurityEnabled(false);
        configuration.setPersistenceEnabled(true);
        configuration.setJournalType(JournalType.NIO);
        configuration.setJournalDatasync(true);
        configuration.setJournalBufferTimeout_NIO(BUFFER_TIMEOUT_NS);
        configuration.setJournalDirectory(data.resolve("journal").toString());
        configuration.setBindingsDirectory(data.resolve("bindings").toString());
        configuration.setLargeMessagesDirectory(data.resolve("large").toString());
        configuration.setPagingDirectory(data.resolve("paging").toString());
        configuration.addAcceptorConfiguration("core", url + "?protocols=CORE");
        if (arguments.length > 2) {
            boolean rebalance = Boolean.parseBoolean(arguments[3]);
            configuration.addAddressSetting(
                    "#",
                    new AddressSettings()
                            .setRedeliveryDelay(Long.parseLong(arguments[2]))
                            .setMaxDeliveryAttempts(-1)
                            .setDefaultGroupRebalance(rebalance)
                            .setDefaultGroupRebalancePauseDispatch(rebalance));
        }
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfiguration(configuration);
        broker.start();
        System.out.println("at " + url);
        while (System.in.read() >= 0) {
            // until the comparison ends
        }
        broker.stop();
        System.exit(0);
    }
}
