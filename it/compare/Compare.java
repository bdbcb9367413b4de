// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Quoin and its peers, each with synced writes, doing the same work by {@code quoin bench} in alternating blocks. A figure is
 * the median of the blocks, and a ratio the median of the ratios of each block to the peer's block beside it. Run by
 * it/compare.sh; a program of one file, so that it needs no build.
 */
final class Compare {

    /** A kind of work. */
    record Work(String key, String title, String options, boolean byLatency) {}

    private static final List<Work> WORKS = List.of(
            new Work("np", "non-persistent, 1 × 1", "--non-persistent --outstanding 1000", false),
            new Work("sync", "persistent, synchronous, 1 × 1", "", false),
            new Work("sync16", "persistent, synchronous, 16 × 4", "--producers 16 --consumers 4", false),
            new Work("async", "persistent, asynchronous, 1 × 1", "--window 1000 --outstanding 1000", false),
            new Work(
                    "async4",
                    "persistent, asynchronous, 4 × 4",
                    "--producers 4 --consumers 4 --window 250 --outstanding 1000",
                    false),
            new Work("tx", "transactions of 100", "--transacted 100 --outstanding 1000", false),
            new Work("xa", "global transactions of 10", "--xa --transacted 10 --outstanding 1000", false),
            new Work(
                    "topic",
                    "topic, 10 subscribers",
                    "--topic --consumers 10 --non-persistent --outstanding 1000",
                    false),
            new Work("lat2000", "2,000 a second, non-persistent", "--non-persistent --rate 2000", true),
            new Work("lat200", "200 a second, persistent", "--rate 200", true));

    /** Who takes part: how it is started, and the options of the bench that reach it. */
    private record Peer(
            String name, String version, List<String> command, List<String> client, List<String> xaClient) {}

    private record Running(Peer peer, Process process, String url) {}

    /** One block. */
    private record Block(double perSecond, double p50Us, double p99Us, double cpuUs) {}

    private final Map<String, String> options;
    private final Path root;
    private final Path work;
    private final Path jar;
    private final int blocks;
    private final List<Peer> peers;
    /** By work and peer; empty where a peer cannot do it. */
    private final Map<Work, Map<Peer, List<Block>>> results = new LinkedHashMap<>();

    private Compare(Map<String, String> options) throws IOException {
        this.options = options;
        root = Path.of(options.get("--root"));
        work = root.resolve("it/target/compare");
        jar = Path.of(options.get("--jar"));
        blocks = Integer.parseInt(options.getOrDefault("--blocks", "10"));
        List<String> wanted =
                List.of(options.getOrDefault("--peers", "artemis,classic").split(","));
        peers = Stream.of(quoin(), artemis(), classic())
                .filter(peer -> peer.name.equals("Quoin") || wanted.contains(peer.name.toLowerCase(Locale.ROOT)))
                .toList();
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new TreeMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        new Compare(options).run();
    }

    private Peer quoin() throws IOException {
        return new Peer(
                "Quoin",
                "this checkout",
                List.of(java(), "-jar", jar.toString(), "run", "--data", "DATA", "--port", "PORT", "--admin-port", "0"),
                List.of(),
                List.of());
    }

    private Peer artemis() {
        Path lib = work.resolve("artemis-" + options.get("--artemis")).resolve("lib");
        String factory = "org.apache.activemq.artemis.jms.client.ActiveMQ";
        List<String> client = List.of("--class-path", lib + "/*", "--factory", factory + "JMSConnectionFactory");
        List<String> xaClient = List.of("--class-path", lib + "/*", "--factory", factory + "XAConnectionFactory");
        return new Peer("Artemis", options.get("--artemis"), peer(lib, "ArtemisPeer"), client, xaClient);
    }

    private Peer classic() {
        Path lib = work.resolve("classic-" + options.get("--classic")).resolve("lib");
        String factory = "org.apache.activemq.ActiveMQ";
        List<String> client = List.of("--class-path", lib + "/*", "--factory", factory + "ConnectionFactory");
        List<String> xaClient = List.of("--class-path", lib + "/*", "--factory", factory + "XAConnectionFactory");
        return new Peer("Classic", options.get("--classic"), peer(lib, "ClassicPeer"), client, xaClient);
    }

    private List<String> peer(Path lib, String program) {
        return List.of(
                java(),
                "-cp",
                lib + "/*",
                root.resolve("it/compare/" + program + ".java").toString(),
                "DATA",
                "PORT");
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void run() throws IOException, InterruptedException {
        List<String> only =
                options.containsKey("--only") ? List.of(options.get("--only").split(",")) : List.of();
        for (Work one : WORKS) {
            if (only.isEmpty() || only.contains(one.key)) {
                results.put(one, measure(one));
                write();
            }
        }
    }

    private Map<Peer, List<Block>> measure(Work one) throws IOException, InterruptedException {
        List<Running> running = new ArrayList<>();
        Map<Peer, List<Block>> measured = new LinkedHashMap<>();
        try {
            for (Peer peer : peers) {
                running.add(start(peer));
                measured.put(peer, new ArrayList<>());
            }
            for (int block = 0; block < blocks; block++) {
                for (int i = 0; i < running.size(); i++) {
                    Running at = running.get((i + block) % running.size());
                    List<Block> done = measured.get(at.peer);
                    if (done.size() == block) { // who has failed once does not take part any more
                        bench(one, at, done);
                    }
                }
            }
        } finally {
            for (Running each : running) {
                stop(each);
            }
        }
        measured.values().removeIf(done -> done.size() < blocks);
        return measured;
    }

    private void bench(Work one, Running at, List<Block> done) throws IOException, InterruptedException {
        Path saved = work.resolve("run.json");
        Files.deleteIfExists(saved);
        List<String> command = new ArrayList<>(List.of(java(), "-jar", jar.toString(), "bench", "--url", at.url));
        command.addAll(one.options.contains("--xa") ? at.peer.xaClient : at.peer.client);
        command.addAll(one.options.isEmpty() ? List.of() : List.of(one.options.split(" ")));
        command.addAll(List.of("--destination", one.key, "--seconds", options.getOrDefault("--seconds", "5")));
        command.addAll(List.of("--warm-up", options.getOrDefault("--warm-up", "4"), "--save", saved.toString()));
        double cpuBefore = cpuSeconds(at.process);
        Process bench = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("bench.log").toFile())
                .start();
        bench.waitFor();
        double cpu = cpuSeconds(at.process) - cpuBefore;
        if (!Files.exists(saved)) {
            System.out.printf(
                    Locale.ROOT,
                    "%-36s %-8s cannot: %s%n",
                    one.title,
                    at.peer.name,
                    Files.readString(work.resolve("bench.log")).strip());
            return;
        }
        String run = Files.readString(saved);
        String received = run.substring(run.indexOf("\"received\""));
        double share = number(received, "perSecond")
                * (number(run, "seconds") + Double.parseDouble(options.getOrDefault("--warm-up", "4")));
        Block block = new Block(
                number(received, "perSecond"),
                number(received, "p50"),
                number(received, "p99"),
                1e6 * cpu / Math.max(1, share));
        done.add(block);
        System.out.printf(
                Locale.ROOT,
                "%-36s %-8s %,10.0f/s, %,8.0f µs p50, %,8.0f µs p99, %6.1f µs of the server's processor%n",
                one.title,
                at.peer.name,
                block.perSecond,
                block.p50Us,
                block.p99Us,
                block.cpuUs);
    }

    private static double number(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":([0-9.E-]+)").matcher(json);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    private static double cpuSeconds(Process process) {
        return process.info()
                .totalCpuDuration()
                .map(time -> time.toNanos() / 1e9)
                .orElse(0.0);
    }

    private Running start(Peer peer) throws IOException {
        Path data = work.resolve("data-" + peer.name);
        delete(data);
        Files.createDirectories(data);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = peer.command.stream()
                .map(word ->
                        word.equals("DATA") ? data.resolve("store").toString() : word.equals("PORT") ? "" + port : word)
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectError(work.resolve(peer.name + ".log").toFile())
                .start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("at ") || line.contains("ready")) {
                Thread reader = new Thread(() -> lines.lines().forEach(rest -> {}));
                reader.setDaemon(true);
                reader.start();
                String scheme = peer.name.equals("Quoin") ? "quoin" : "tcp";
                return new Running(peer, process, scheme + "://127.0.0.1:" + port);
            }
        }
        throw new IOException(peer.name + " did not start; " + work.resolve(peer.name + ".log") + " says why");
    }

    private void stop(Running one) throws IOException, InterruptedException {
        one.process.destroy();
        if (!one.process.waitFor(10, TimeUnit.SECONDS)) {
            one.process.destroyForcibly().waitFor();
        }
        delete(work.resolve("data-" + one.peer.name));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    // --- what is written

    private void write() throws IOException {
        Files.writeString(root.resolve("docs/performance.md"), page());
        Files.writeString(root.resolve("docs/performance.svg"), chart());
    }

    private String page() throws IOException {
        StringBuilder page = new StringBuilder();
        page.append("# Performance beside others\n\n");
        page.append("Written by `it/compare.sh")
                .append(arguments())
                .append("` on ")
                .append(LocalDate.now())
                .append(": ");
        page.append(blocks)
                .append(" alternating blocks of ")
                .append(options.getOrDefault("--seconds", "5"))
                .append(" s each, bodies of 1 KiB, broker and clients on the same machine (");
        page.append(Runtime.getRuntime().availableProcessors())
                .append(" processors, Java ")
                .append(System.getProperty("java.version"))
                .append("; load average at the end ");
        page.append(load())
                .append(
                        ").\nEach broker syncs its disk before it confirms; otherwise it is as it comes. The floor, and what each figure means, are in [benchmarks.md](benchmarks.md).\n");
        page.append("Figures of a machine with other work on it are good for their ratios only.\n\n");
        for (Peer peer : peers) {
            page.append("- ")
                    .append(peer.name)
                    .append(": ")
                    .append(peer.version)
                    .append('\n');
        }
        page.append("\n![messages a second](performance.svg)\n\n");
        page.append(
                "Messages received a second, and processor time of the server for each (medians of the blocks); the ratio is the median of the ratios of neighbouring blocks.\n\n| work |");
        for (Peer peer : peers) {
            page.append(' ').append(peer.name).append(" | µs |").append(peer == peers.get(0) ? "" : " Quoin is |");
        }
        page.append("\n|---|").append("---|---|---|".repeat(peers.size() - 1)).append("---|---|\n");
        results.forEach((one, measured) -> {
            if (!one.byLatency) {
                page.append("| ").append(one.title).append(" |");
                for (Peer peer : peers) {
                    List<Block> done = measured.get(peer);
                    page.append(
                            done == null
                                    ? " – | – |"
                                    : String.format(
                                            Locale.ROOT,
                                            " %,.0f | %.1f |",
                                            median(done.stream().mapToDouble(Block::perSecond)),
                                            median(done.stream().mapToDouble(Block::cpuUs))));
                    if (peer != peers.get(0)) {
                        page.append(ratio(measured, peer));
                    }
                }
                page.append('\n');
            }
        });
        page.append(
                "\nFrom when a message was due to be sent until its consumer had it, at a fixed rate, µs.\n\n| work |");
        peers.forEach(peer -> page.append(' ').append(peer.name).append(" p50 | p99 |"));
        page.append("\n|---|").append("---|---|".repeat(peers.size())).append('\n');
        results.forEach((one, measured) -> {
            if (one.byLatency) {
                page.append("| ").append(one.title).append(" |");
                for (Peer peer : peers) {
                    List<Block> done = measured.get(peer);
                    page.append(
                            done == null
                                    ? " – | – |"
                                    : String.format(
                                            Locale.ROOT,
                                            " %,.0f | %,.0f |",
                                            median(done.stream().mapToDouble(Block::p50Us)),
                                            median(done.stream().mapToDouble(Block::p99Us))));
                }
                page.append('\n');
            }
        });
        page.append("\nOptions of `quoin bench` for each:\n\n");
        results.keySet()
                .forEach(one -> page.append("- ")
                        .append(one.title)
                        .append(": `")
                        .append(one.options.isEmpty() ? "(none)" : one.options)
                        .append("`\n"));
        page.append(
                "\n– stands for what a broker or its client cannot do (ActiveMQ Classic has no asynchronous sends). RabbitMQ, Kafka and RocketMQ, and the unsynced defaults of the peers, are not measured here yet.\n");
        return page.toString();
    }

    private String arguments() {
        StringBuilder shown = new StringBuilder();
        options.forEach((name, value) -> {
            if (!List.of("--root", "--jar", "--artemis", "--classic").contains(name)) {
                shown.append(' ').append(name).append(' ').append(value);
            }
        });
        return shown.toString();
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).split(" ")[0] : "unknown";
    }

    private String ratio(Map<Peer, List<Block>> measured, Peer peer) {
        List<Block> ours = measured.get(peers.get(0));
        List<Block> theirs = measured.get(peer);
        if (ours == null || theirs == null) {
            return " – |";
        }
        double[] ratios = new double[blocks];
        for (int i = 0; i < blocks; i++) {
            ratios[i] = ours.get(i).perSecond / Math.max(1, theirs.get(i).perSecond);
        }
        return String.format(Locale.ROOT, " %.1f × |", median(Arrays.stream(ratios)));
    }

    private static double median(java.util.stream.DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** A bar for each peer and work, on a logarithmic scale from 100 to 1,000,000 messages a second. */
    private String chart() {
        String[] colours = {"#1f6f54", "#b5651d", "#7a7a7a"};
        List<Work> shown =
                results.keySet().stream().filter(one -> !one.byLatency).toList();
        int group = 14 * peers.size() + 14;
        int height = 40 + group * shown.size();
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">%n",
                height));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int i = 0; i < peers.size(); i++) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"10\" width=\"10\" height=\"10\" fill=\"%s\"/><text x=\"%d\" y=\"19\">%s %s</text>%n",
                    230 + 170 * i,
                    colours[i],
                    244 + 170 * i,
                    peers.get(i).name,
                    peers.get(i).version));
        }
        int y = 34;
        for (Work one : shown) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"220\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                    y + 7 * peers.size() + 4,
                    one.title));
            for (int i = 0; i < peers.size(); i++) {
                List<Block> done = results.get(one).get(peers.get(i));
                if (done != null) {
                    double perSecond = median(done.stream().mapToDouble(Block::perSecond));
                    int width = (int) Math.max(1, 110 * (Math.log10(Math.max(100, perSecond)) - 2));
                    svg.append(String.format(
                            Locale.ROOT,
                            "<rect x=\"230\" y=\"%d\" width=\"%d\" height=\"12\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%,.0f</text>%n",
                            y + 14 * i,
                            width,
                            colours[i],
                            234 + width,
                            y + 14 * i + 10,
                            perSecond));
                }
            }
            y += group;
        }
        return svg.append("</svg>\n").toString();
    }
}
