// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

/**
 * Counts of a queue at one moment.
 *
 * @param depth messages that have joined and are not gone: waiting and out, persistent and not
 * @param out messages handed out and not yet acknowledged or returned
 * @param delayed messages whose delivery delay runs, persistent and not
 * @param volatileDepth the part of {@code depth} that is non-persistent
 * @param bytes bytes of the messages counted by {@code depth} and {@code delayed}
 * @param consumers attached consumers
 * @param inDoubt messages whose consumer vanished with them, where delivery is strict; part of {@code out} unless they wait
 */
public record QueueStats(
        long depth, long out, long delayed, long volatileDepth, long bytes, int consumers, int inDoubt) {}
