// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

/** What has happened since the server started. Confined to the owner's thread. */
public final class Counters {

    private long receivedMessages;
    private long receivedBytes;
    private long deliveredMessages;
    private long deliveredBytes;
    private long syncs;
    private long syncNanos;
    private long connectionsOpened;
    private long protocolErrors;
    private long damagedMessages;
    private long failedLogins;

    void received(int sizeBytes) {
        receivedMessages++;
        receivedBytes += sizeBytes;
    }

    void delivered(int sizeBytes) {
        deliveredMessages++;
        deliveredBytes += sizeBytes;
    }

    void synced(long nanos) {
        syncs++;
        syncNanos += nanos;
    }

    void connectionOpened() {
        connectionsOpened++;
    }

    void protocolError() {
        protocolErrors++;
    }

    void failedLogin() {
        failedLogins++;
    }

    void damaged() {
        damagedMessages++;
    }

    /** Log-ins with a wrong user name or password. */
    public long failedLogins() {
        return failedLogins;
    }

    /** Messages that were lost to damage on the disk. */
    public long damagedMessages() {
        return damagedMessages;
    }

    public long receivedMessages() {
        return receivedMessages;
    }

    public long receivedBytes() {
        return receivedBytes;
    }

    public long deliveredMessages() {
        return deliveredMessages;
    }

    public long deliveredBytes() {
        return deliveredBytes;
    }

    /** Groups of records that were written and synced together. */
    public long syncs() {
        return syncs;
    }

    /** Time that they took in all. */
    public long syncNanos() {
        return syncNanos;
    }

    public long connectionsOpened() {
        return connectionsOpened;
    }

    /** Connections that were closed because their peer broke the protocol. */
    public long protocolErrors() {
        return protocolErrors;
    }
}
