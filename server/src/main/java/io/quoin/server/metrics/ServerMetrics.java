// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.metrics;

import io.quoin.server.core.Broker;
import io.quoin.server.core.QueueInfo;
import io.quoin.server.core.queue.QueueStats;
import io.quoin.server.group.BrokerAgent;
import io.quoin.server.group.Counters;
import io.quoin.server.transport.Messaging;
import java.util.List;

/**
 * The server's metrics as Prometheus text: sums over all queues, however many there are.
 *
 * <p>Thread: the owner's.
 */
public final class ServerMetrics {

    private final BrokerAgent agent;
    private final Messaging messaging;
    private final long startNs = System.nanoTime();

    public ServerMetrics(BrokerAgent agent, Messaging messaging) {
        this.agent = agent;
        this.messaging = messaging;
    }

    /** The page. */
    public String text() {
        PrometheusText text = new PrometheusText();
        Counters counters = agent.counters();
        text.gauge("ready", "Whether clients are served.", agent.isServing() ? 1 : 0);
        text.gaugeSeconds("uptime", "Since the server was started.", System.nanoTime() - startNs);
        text.gauge("connections", "Connections now.", messaging.connections());
        text.gauge("connections_handshaking", "Connections that are being set up.", messaging.unauthenticated());
        text.counter("connections_opened", "Connections that were set up.", counters.connectionsOpened());
        text.counter("protocol_errors", "Connections closed for breaking the protocol.", counters.protocolErrors());
        text.counter("failed_logins", "Log-ins with a wrong user name or password.", counters.failedLogins());
        text.counter("messages_damaged", "Messages lost to damage on the disk.", counters.damagedMessages());
        text.counter("messages_received", "Messages that clients sent.", counters.receivedMessages());
        text.counter("message_received_bytes", "Bytes of these.", counters.receivedBytes());
        text.counter("messages_delivered", "Messages delivered to consumers.", counters.deliveredMessages());
        text.counter("message_delivered_bytes", "Bytes of these.", counters.deliveredBytes());
        text.counter("journal_syncs", "Writes of the journal, each synced.", counters.syncs());
        text.counterSeconds("journal_sync", "Time that these took.", counters.syncNanos());
        text.counter(
                "subscriptions_expired",
                "Durable subscriptions removed after the time without a consumer that they may have.",
                agent.broker().expiredSubscriptions());
        text.counter(
                "messages_duplicate",
                "Messages not stored again, as their JMS_Quoin_DedupId was known.",
                agent.broker().duplicates());
        text.gauge("journal_disk_full", "Whether the disk was full at the last write.", agent.isDiskFull() ? 1 : 0);
        queues(text, agent.broker());
        Runtime runtime = Runtime.getRuntime();
        text.gauge("heap_used_bytes", "Java heap in use.", runtime.totalMemory() - runtime.freeMemory());
        text.gauge("heap_max_bytes", "Most that the Java heap may have.", runtime.maxMemory());
        return text.toString();
    }

    private static void queues(PrometheusText text, Broker broker) {
        long waiting = 0;
        long out = 0;
        long delayed = 0;
        long bytes = 0;
        int consumers = 0;
        List<QueueInfo> queues = broker.queues();
        for (QueueInfo queue : queues) {
            QueueStats stats = queue.stats();
            waiting += stats.depth() - stats.out();
            out += stats.out();
            delayed += stats.delayed();
            bytes += stats.bytes();
            consumers += stats.consumers();
        }
        text.gauge("queues", "Queues.", queues.size());
        text.gauge("queue_messages_waiting", "Messages that wait in all queues.", waiting);
        text.gauge("queue_messages_out", "Messages delivered and not yet acknowledged.", out);
        text.gauge("queue_messages_delayed", "Messages whose delivery delay runs.", delayed);
        text.gauge("queue_bytes", "Bytes of the messages in all queues.", bytes);
        text.gauge("queue_consumers", "Consumers of all queues.", consumers);
    }
}
