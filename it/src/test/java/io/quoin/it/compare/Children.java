// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The processes that the comparison has started: none of them outlives it, however it ends.
 *
 * <p>Thread: any.
 */
final class Children {

    private static final int END_LIMIT_SECONDS = 10;
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    private static volatile boolean isEnding;

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            isEnding = true;
                            ALIVE.forEach(Children::kill);
                        },
                        "end-children"));
    }

    private Children() {}

    static void add(Process process) {
        ALIVE.add(process);
        if (isEnding) {
            kill(process);
        }
    }

    /** Whether the comparison was told to end: what fails from then on says nothing. */
    static boolean areEnding() {
        return isEnding;
    }

    /** Asks a process and those that it has started to end, and does not ask again. */
    static void end(Process process) throws InterruptedException {
        List<ProcessHandle> theirs = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        theirs.forEach(ProcessHandle::destroyForcibly);
        ALIVE.remove(process);
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
