// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM has allocated, from its log of collections (-Xlog:gc): what the heap has grown between them, and since the last one.
 */
record GarbageLog(Path file) {

    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(");
    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    private static final double MIB = 1 << 20;

    /** Bytes since the start of the JVM with this process id. Exact to a megabyte or so; NaN if it cannot be asked. */
    double allocatedBytes(long pid) throws IOException, InterruptedException {
        double used = usedBytes(pid);
        if (!Files.exists(file)) {
            return used;
        }
        double allocated = 0;
        double after = 0;
        Matcher collection = COLLECTION.matcher(Files.readString(file));
        while (collection.find()) {
            allocated += Math.max(0, Double.parseDouble(collection.group(1)) * MIB - after);
            after = Double.parseDouble(collection.group(2)) * MIB;
        }
        return allocated + Math.max(0, used - after);
    }

    int fullCollections() throws IOException {
        return Files.exists(file)
                ? (int) Files.readString(file)
                        .lines()
                        .filter(line -> line.contains("Pause Full"))
                        .count()
                : 0;
    }

    private double usedBytes(long pid) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.exists(jcmd)) {
            return Double.NaN;
        }
        Path answer = file.resolveSibling(file.getFileName() + "-heap.txt");
        Process process = new ProcessBuilder(
                        jcmd.toString(), "-J-XX:TieredStopAtLevel=1", String.valueOf(pid), "GC.heap_info")
                .redirectErrorStream(true)
                .redirectOutput(answer.toFile())
                .start();
        Children.add(process);
        boolean hasEnded = process.waitFor(10, TimeUnit.SECONDS);
        Children.end(process);
        String text = hasEnded ? Files.readString(answer) : "";
        Matcher used = USED.matcher(text);
        return used.find() ? Double.parseDouble(used.group(1)) * 1024 : Double.NaN;
    }
}
