// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * A simulation of a server, its clients, the disk and time in one thread from one seed. The server's own code runs, from the
 * frames down to the bytes on a simulated disk; what is around it is replaced: links that cut bytes anywhere and break, a
 * clock that moves when it is told to, a disk that loses what was not synced. {@link io.quoin.it.sim.Simulation} picks what
 * happens next; {@link io.quoin.it.sim.model.ServerView} watches the bytes at the server's end of every link and knows what
 * the server may, must and must not say.
 */
package io.quoin.it.sim;
