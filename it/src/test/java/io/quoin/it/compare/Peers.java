// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Who can take part, and with which settings. Each peer's own documentation decides but for one thing: writes are synced before they are confirmed. */
final class Peers {

    private static final String HOST = "127.0.0.1";
    private static final int LONG_SET_UP_QUEUES = 10_000;

    private final CompareOptions options;
    private final List<String> skipped = new ArrayList<>();

    Peers(CompareOptions options) {
        this.options = options;
    }

    /** Who could not be asked to take part, and why. */
    List<String> skipped() {
        return skipped;
    }

    /** In the order of the columns: the floor, Quoin, and the peers that were asked for and can be started. */
    List<Participant> of(Work.Part part) {
        List<Participant> all = new ArrayList<>();
        Broker quoin = quoin();
        if (part == Work.Part.RATE || part == Work.Part.LATENCY) {
            all.add(Participant.floor());
        }
        all.add(new Participant(Participant.QUOIN, Optional.of(quoin), List.of(), List.of(), work -> "", work -> ""));
        if (part != Work.Part.START && part != Work.Part.UNSYNCED) {
            all.add(new Participant(
                    Participant.DURABLE,
                    Optional.of(quoin),
                    List.of(),
                    List.of(),
                    work -> "?ackMode=durable",
                    work -> work.isPersistent() && !work.isTransacted() && !work.isCounted()
                            ? ""
                            : "makes no difference, or is not measured"));
        }
        if (part != Work.Part.UNSYNCED) {
            artemis().ifPresent(all::add);
            classic().ifPresent(all::add);
        }
        kafka(part).ifPresent(all::add);
        rocket(part).ifPresent(all::add);
        rabbit(part).ifPresent(all::add);
        return all;
    }

    private Broker quoin() {
        List<String> command = new ArrayList<>(List.of(options.java(), "-XX:+ExitOnOutOfMemoryError"));
        Path archive = options.jar().resolveSibling("quoin.jsa");
        if (Files.exists(archive)) {
            // As ./quoin run does.
            command.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
        }
        command.addAll(List.of("-jar", options.jar().toString(), "run", "--data", "DATA/store", "--port", "PORT"));
        command.addAll(List.of("--admin-port", "0"));
        return Broker.java(
                "Quoin", "this checkout", "as it comes; it syncs before it confirms", "quoin", command, "ready");
    }

    private Optional<Participant> artemis() {
        String factory = "org.apache.activemq.artemis.jms.client.ActiveMQ";
        return found("Artemis")
                .map(folder -> new Participant(
                        "Artemis",
                        Optional.of(Broker.java(
                                "Artemis",
                                version("Artemis"),
                                "journal NIO with datasync (its default), journal-buffer-timeout 124 µs, which its own artemis create finds for this kind of disk"
                                        + " (the default is 3,333 µs), no security, acceptor of its core protocol",
                                "tcp",
                                ours(folder, "ArtemisPeer", "DATA/store", "PORT"),
                                "at ")),
                        client(folder, factory + "JMSConnectionFactory"),
                        client(folder, factory + "XAConnectionFactory"),
                        work -> "",
                        work -> ""));
    }

    private Optional<Participant> classic() {
        String factory = "org.apache.activemq.ActiveMQ";
        return found("Classic")
                .map(folder -> new Participant(
                        "Classic",
                        Optional.of(Broker.java(
                                "Classic",
                                version("Classic"),
                                "KahaDB with journalDiskSyncStrategy ALWAYS (its default), no JMX, no security",
                                "tcp",
                                ours(folder, "ClassicPeer", "DATA/store", "PORT"),
                                "at ")),
                        client(folder, factory + "ConnectionFactory"),
                        client(folder, factory + "XAConnectionFactory"),
                        work -> "",
                        work -> work.instead().isEmpty() && work.options().contains("--window")
                                ? "no asynchronous sends"
                                : ""));
    }

    private Optional<Participant> kafka(Work.Part part) {
        boolean isSynced = part != Work.Part.UNSYNCED;
        return found("Kafka").map(folder -> {
            String configuration = "process.roles=broker,controller\nnode.id=1\ncontroller.listener.names=CONTROLLER\n"
                    + "listeners=PLAINTEXT://127.0.0.1:PORT,CONTROLLER://127.0.0.1:PORT2\n"
                    + "controller.quorum.bootstrap.servers=127.0.0.1:PORT2\n"
                    + "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\nlog.dirs=DATA/log\n"
                    + "offsets.topic.replication.factor=1\ntransaction.state.log.replication.factor=1\n"
                    + "transaction.state.log.min.isr=1\n" + (isSynced ? "log.flush.interval.messages=1\n" : "");
            String classes = folder + "/lib/*";
            String file = "DATA/server.properties";
            List<String> format = List.of(
                    options.java(),
                    "-cp",
                    classes,
                    "kafka.tools.StorageTool",
                    "format",
                    "--standalone",
                    "-t",
                    "AAAAAAAAAAAAAAAAAAAAAQ",
                    "-c",
                    file);
            return new Participant(
                    "Kafka",
                    Optional.of(new Broker(
                            "Kafka",
                            version("Kafka"),
                            "one node as broker and KRaft controller, heap of 1 GB as its start script has it"
                                    + (isSynced ? ", log.flush.interval.messages=1" : ", flushing as it comes")
                                    + "; acks=all, linger.ms=0 for synchronous sends and else its default of 5 with batch.size of 128 KiB; a partition"
                                    + " for each consumer; offsets are committed every 5 s (its default), not for each message",
                            "kafka",
                            Map.of("server.properties", configuration),
                            List.of(format),
                            List.of(),
                            List.of(options.java(), "-Xms1g", "-Xmx1g", "-cp", classes, "kafka.Kafka", file),
                            Map.of(),
                            "",
                            true)),
                    adapter(folder, "KafkaFactory"),
                    List.of(),
                    work -> "?partitions=" + partitions(work) + "&linger="
                            + (work.options().contains("--window") ? 5 : 0),
                    this::lacksOfALog);
        });
    }

    private Optional<Participant> rocket(Work.Part part) {
        boolean isSynced = part != Work.Part.UNSYNCED;
        return found("RocketMQ").map(folder -> {
            String classes = folder + "/lib/*";
            List<String> java = List.of(options.java(), "-Duser.home=DATA", "-Drocketmq.log.root=DATA/logs");
            List<String> names = new ArrayList<>(java);
            names.addAll(List.of(
                    "-Xmx256m",
                    "-cp",
                    classes,
                    "org.apache.rocketmq.namesrv.NamesrvStartup",
                    "-c",
                    "DATA/namesrv.conf"));
            List<String> command = new ArrayList<>(java);
            command.addAll(List.of(
                    "-Xms2g",
                    "-Xmx2g",
                    "-cp",
                    classes,
                    "org.apache.rocketmq.broker.BrokerStartup",
                    "-c",
                    "DATA/broker.conf"));
            String broker =
                    "brokerClusterName=compare\nbrokerName=compare\nbrokerId=0\nbrokerRole=ASYNC_MASTER\nbrokerIP1=127.0.0.1\n"
                            + "bindAddress=127.0.0.1\nlistenPort=PORT\nhaListenPort=PORT3\nnamesrvAddr=127.0.0.1:PORT2\nautoCreateTopicEnable=true\n"
                            + "storePathRootDir=DATA/store\nwaitTimeMillsInSendQueue=10000\n"
                            + (isSynced ? "flushDiskType=SYNC_FLUSH\n" : "flushDiskType=ASYNC_FLUSH\n");
            return new Participant(
                    "RocketMQ",
                    Optional.of(new Broker(
                            "RocketMQ",
                            version("RocketMQ"),
                            "one broker with its name server, heap of 2 GB, "
                                    + (isSynced
                                            ? "flushDiskType=SYNC_FLUSH"
                                            : "flushDiskType=ASYNC_FLUSH (its default)")
                                    + "; waitTimeMillsInSendQueue=10000, since it refuses sends that wait longer than its default of 200 ms; a queue for each consumer; its pull client with batches of 32, offsets committed every 5 s (its default)",
                            "rocketmq",
                            Map.of("namesrv.conf", "listenPort=PORT2\nbindAddress=127.0.0.1\n", "broker.conf", broker),
                            List.of(),
                            List.of(names),
                            command,
                            Map.of("ROCKETMQ_HOME", "DATA", "NAMESRV_ADDR", HOST + ":PORT2"),
                            "",
                            true)),
                    adapter(folder, "RocketFactory"),
                    List.of(),
                    work -> "?names=PORT2&partitions=" + partitions(work),
                    work -> work.isTransacted() && !work.isXa()
                            ? "no transactions of several messages"
                            : lacksOfALog(work));
        });
    }

    private static int partitions(Work work) {
        return work.isTopic() ? 1 : Math.max(1, work.number("--consumers"));
    }

    private String lacksOfALog(Work work) {
        return work.isPersistent() ? lacks(work) : "no non-persistent messages";
    }

    /** Of one whose client is not of Jakarta Messaging. */
    private String lacks(Work work) {
        if (work.isXa()) {
            return "no global transactions";
        }
        boolean isLong = work.number("--destinations") >= LONG_SET_UP_QUEUES;
        return isLong && options.minutes() > 0 ? "left out of a short run, for the time to set it up" : "";
    }

    private Optional<Participant> rabbit(Work.Part part) {
        Path program = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
        if (part == Work.Part.UNSYNCED || !options.wants("RabbitMQ")) {
            return Optional.empty();
        }
        if (!Files.isExecutable(program)) {
            skip("RabbitMQ", "it is not installed (apt-get install --no-install-recommends rabbitmq-server)");
            return Optional.empty();
        }
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("HOME", "DATA");
        environment.put("ERL_EPMD_PORT", "PORT2");
        environment.put("ERL_EPMD_ADDRESS", HOST);
        environment.put("RABBITMQ_NODENAME", "compare@localhost");
        environment.put("RABBITMQ_NODE_IP_ADDRESS", HOST);
        environment.put("RABBITMQ_NODE_PORT", "PORT");
        environment.put("RABBITMQ_DIST_PORT", "PORT3");
        environment.put("RABBITMQ_MNESIA_BASE", "DATA/mnesia");
        environment.put("RABBITMQ_LOG_BASE", "DATA/log");
        environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", "DATA/plugins");
        return found("RabbitMQ")
                .map(folder -> new Participant(
                        "RabbitMQ",
                        Optional.of(new Broker(
                                "RabbitMQ",
                                version("RabbitMQ"),
                                "Debian's package without plugins; quorum queues, which sync always, for persistent messages, and classic ones for others;"
                                        + " publisher confirms, prefetch 500, acknowledgements of up to 50 at a time; for a transaction it waits for the confirms",
                                "amqp",
                                Map.of("plugins", "[]."),
                                List.of(),
                                List.of(List.of("epmd", "-port", "PORT2", "-address", HOST)),
                                List.of(program.toString()),
                                environment,
                                "",
                                false)),
                        adapter(folder, "RabbitFactory"),
                        List.of(),
                        work -> "?type=" + (work.isPersistent() ? "quorum" : "classic"),
                        this::lacks));
    }

    private List<String> ours(Path folder, String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(options.java(), "-cp", classPath(folder), program));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> client(Path folder, String factory) {
        return List.of("--class-path", folder + "/lib/*", "--factory", factory);
    }

    private static List<String> adapter(Path folder, String factory) {
        return List.of("--class-path", classPath(folder), "--factory", factory);
    }

    private static String classPath(Path folder) {
        return folder + "/classes:" + folder + "/lib/*";
    }

    private String version(String peer) {
        return options.versions().getOrDefault(peer.toLowerCase(Locale.ROOT), "?");
    }

    /** The folder of a peer's jars, if it is asked for and its jars could be fetched. */
    private Optional<Path> found(String peer) {
        if (!options.wants(peer)) {
            return Optional.empty();
        }
        String name = peer.toLowerCase(Locale.ROOT);
        Path folder = options.work().resolve(name + "-" + version(peer));
        if (!Files.exists(folder.resolve("classes"))) {
            skip(
                    peer,
                    "its jars could not be fetched or its driver not be compiled; " + folder.resolve("fetch.log")
                            + " says why");
            return Optional.empty();
        }
        return Optional.of(folder);
    }

    /** To be left out from now on. */
    void skip(String peer, String why) {
        String line = peer + ": " + why;
        if (!skipped.contains(line)) {
            skipped.add(line);
        }
    }
}
