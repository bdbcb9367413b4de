// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.AcknowledgeMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session of a connection: its consumers, and its open local transaction.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class ClientSession {

    private final ClientConnection connection;
    private final int number;
    private final AcknowledgeMode mode;
    /** Open ones, and closed ones that still have messages out. */
    private final List<Consumer> consumers = new ArrayList<>();

    private @Nullable LocalTransaction transaction;
    private @Nullable Branch branch;
    /** Those in which its work has not ended, suspended or not. */
    private final List<Branch> branches = new ArrayList<>();

    private final List<ResumePart> resuming = new ArrayList<>(0);
    private boolean isSuspended;

    ClientSession(ClientConnection connection, int number, AcknowledgeMode mode) {
        this.connection = connection;
        this.number = number;
        this.mode = mode;
    }

    ClientConnection connection() {
        return connection;
    }

    /** The client's number for it. */
    int number() {
        return number;
    }

    AcknowledgeMode mode() {
        return mode;
    }

    List<Consumer> consumers() {
        return consumers;
    }

    /** The open local transaction; null if nothing has been done in one. */
    @Nullable
    LocalTransaction transaction() {
        return transaction;
    }

    void transaction(@Nullable LocalTransaction newTransaction) {
        transaction = newTransaction;
    }

    /** The branch of a distributed transaction in which it works now; null if it does in none. */
    @Nullable
    Branch branch() {
        return branch;
    }

    void branch(@Nullable Branch newBranch) {
        branch = newBranch;
    }

    /** Branches in which its work has not ended; {@link Branch} keeps them. */
    List<Branch> branches() {
        return branches;
    }

    /** What the client that is back has said of its consumers so far. */
    List<ResumePart> resuming() {
        return resuming;
    }

    /** Whether its socket is gone and the client has not resumed it yet. */
    boolean isSuspended() {
        return isSuspended;
    }

    void suspended(boolean suspended) {
        isSuspended = suspended;
    }
}
