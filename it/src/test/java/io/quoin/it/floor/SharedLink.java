// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.floor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection shared by several producers.
 *
 * <p>Writing combines: who finds nobody writing writes in place, and goes on until nothing is left; who comes meanwhile leaves its messages and goes. A thread of its own
 * reads the receipts, which come in the order of the messages, and wakes whom they concern.
 */
final class SharedLink {
    private static final int PENDING_MESSAGES_MAX = 4096;

    private final SocketChannel channel;
    private final int unitBytes;
    private final Member[] members;
    private final Thread reader = new Thread(this::readReceipts, "floor-receipts");

    private final ReentrantLock lock = new ReentrantLock();

    /** Under the lock: what waits for the writer, whether there is one, and whose messages were queued, in order. */
    private ByteBuffer pending;

    private ByteBuffer spare;
    private boolean isWriting;
    private final int[] owners = new int[1 << 16];
    private final int[] counts = new int[1 << 16];
    private long queued;

    /** The reader's. */
    private long answered;

    SharedLink(SocketChannel channel, FloorOptions options, int producers) {
        this.channel = channel;
        this.unitBytes = options.unitBytes();
        int bytes = Math.max(PENDING_MESSAGES_MAX, producers * options.window()) * unitBytes;
        this.pending = ByteBuffer.allocateDirect(bytes);
        this.spare = ByteBuffer.allocateDirect(bytes);
        this.members = new Member[producers];
        for (int i = 0; i < producers; i++) {
            members[i] = new Member(i);
        }
        reader.setDaemon(true);
    }

    ProducerChannel member(int number) {
        return members[number];
    }

    void start() {
        reader.start();
    }

    private void write(int owner, ByteBuffer messages) throws IOException {
        lock.lock();
        try {
            int at = (int) (queued++ & (owners.length - 1));
            owners[at] = owner;
            counts[at] = messages.remaining() / unitBytes;
            pending.put(messages);
            if (isWriting) {
                return;
            }
            isWriting = true;
            while (pending.position() > 0) {
                ByteBuffer mine = pending.flip();
                pending = spare.clear();
                lock.unlock();
                try {
                    while (mine.hasRemaining()) {
                        channel.write(mine);
                    }
                } finally {
                    lock.lock();
                }
                spare = mine;
            }
            isWriting = false;
        } finally {
            lock.unlock();
        }
    }

    private void readReceipts() {
        ByteBuffer receipts = ByteBuffer.allocateDirect(4096);
        int partly = 0;
        try {
            while (channel.read(receipts) >= 0) {
                receipts.flip();
                while (receipts.remaining() >= 4) {
                    partly += receipts.getInt();
                }
                receipts.compact();
                partly = answer(partly);
            }
        } catch (IOException e) {
            // The run is over.
        }
    }

    /** Gives receipts to those whose messages come first, and returns how many are left over of a write that is not done. */
    private int answer(int count) {
        int left = count;
        lock.lock();
        try {
            while (answered < queued) {
                int at = (int) (answered & (owners.length - 1));
                if (counts[at] > left) {
                    break;
                }
                left -= counts[at];
                members[owners[at]].gathered += counts[at];
                answered++;
            }
        } finally {
            lock.unlock();
        }
        for (Member member : members) {
            member.publish();
        }
        return left;
    }

    /** One producer's part of the connection. */
    private final class Member implements ProducerChannel {
        private final int number;

        /** The reader's, and what it has shown the producer of it. */
        private int gathered;

        private volatile long done;
        private volatile Thread waiter;

        /** The producer's. */
        private long seen;

        Member(int number) {
            this.number = number;
        }

        @Override
        public void write(ByteBuffer messages) throws IOException {
            SharedLink.this.write(number, messages);
        }

        @Override
        public int awaitReceipts() {
            waiter = Thread.currentThread();
            while (done == seen) {
                LockSupport.park(this);
            }
            waiter = null;
            long now = done;
            int count = (int) (now - seen);
            seen = now;
            return count;
        }

        void publish() {
            if (gathered > 0) {
                done += gathered;
                gathered = 0;
                LockSupport.unpark(waiter);
            }
        }
    }
}
