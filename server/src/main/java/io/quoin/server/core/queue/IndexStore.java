// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the indexes of all queues of one broker share: free blocks, block ids, and the snapshot under way.
 *
 * <p>A snapshot at position P is exactly the state at P although it is written in many steps: {@link #beginSnapshot} raises
 * the epoch, and a block or queue that is about to change under an older epoch is given to the snapshot first. The walk over
 * the queues ({@link MessageQueue#snapshot}) gives it the others. Blocks made after P carry the new epoch and are left out.
 *
 * <p>Thread: confined to the owner of the core.
 */
public final class IndexStore {
    private static final int SIZES = Integer.numberOfTrailingZeros(IndexBlock.CAPACITY)
            - Integer.numberOfTrailingZeros(IndexBlock.CAPACITY_LEAST)
            + 1;
    /** Free blocks kept of each size: of the largest at most 27 MB. */
    private static final int FREE_LIMIT = 256;

    private static final int LARGEST_ENCODED_BYTES = 128 << 10;

    private final IndexBlock[][] free = new IndexBlock[SIZES][FREE_LIMIT];
    private final int[] freeCount = new int[SIZES];
    private final Set<Long> aborted = new HashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(LARGEST_ENCODED_BYTES);

    private final int blockLimit;
    private long nextBlockId = 1;
    private long epoch = 1;
    private @Nullable SnapshotSink sink;

    /** A store for one broker. */
    public IndexStore() {
        this(IndexBlock.CAPACITY);
    }

    /** For tests: blocks take so many entries at most. */
    IndexStore(int blockLimit) {
        this.blockLimit = blockLimit;
    }

    /** The id that the next new block gets. */
    public long nextBlockId() {
        return nextBlockId;
    }

    /** After a restart: block ids go on from here, above all in the snapshot. */
    public void nextBlockId(long id) {
        nextBlockId = id;
    }

    /** An id for a block of a snapshot that is not one of the index. */
    public long takeBlockId() {
        return nextBlockId++;
    }

    /** The state is now that of the snapshot: from here on, whatever changes is given to the sink first. */
    public void beginSnapshot(SnapshotSink target) {
        epoch++;
        sink = target;
    }

    /** All queues have been walked, and the snapshot is safe. */
    public void endSnapshot() {
        sink = null;
    }

    /** The snapshot failed: what was given to it counts as unsaved. */
    public void abortSnapshot() {
        aborted.add(epoch);
        sink = null;
    }

    long epoch() {
        return epoch;
    }

    /** Called before every durable change of a block. */
    void touch(IndexBlock block) {
        if (block.epoch != epoch) {
            save(block);
        }
        block.savedIn = 0;
    }

    /** Gives a block to the snapshot under way unless it already has it; whether it did not. */
    boolean save(IndexBlock block) {
        if (block.epoch == epoch) {
            return false;
        }
        block.epoch = epoch;
        SnapshotSink target = sink;
        if (target == null || block.id == 0) {
            return false;
        }
        if (isSaved(block)) {
            target.keep(block.id);
        } else {
            buffer.clear();
            block.encode(buffer);
            target.put(block.id, buffer.flip());
        }
        block.savedIn = epoch;
        return true;
    }

    /** Whether the snapshot under way does not have this block yet. */
    boolean needs(IndexBlock block) {
        return sink != null && block.epoch != epoch && block.id != 0;
    }

    /** Called before every durable change of a queue, with the epoch under which it was last seen. */
    void touch(MessageQueue queue) {
        SnapshotSink target = sink;
        if (target != null) {
            target.queueChanges(queue);
        }
    }

    /** A block restored from a snapshot: it has not changed since. */
    void restored(IndexBlock block, long id) {
        block.id = id;
        block.epoch = epoch;
        block.savedIn = epoch;
    }

    /** An empty block with room for at least so many entries; volatile ones have no id and are in no snapshot. */
    IndexBlock acquire(int capacity, long firstNumber, boolean isVolatile) {
        int size = sizeOf(capacity);
        IndexBlock block = freeCount[size] > 0 ? free[size][--freeCount[size]] : new IndexBlock(capacityOf(size));
        block.reset(firstNumber);
        block.limit = blockLimit;
        block.id = isVolatile ? 0 : nextBlockId++;
        block.epoch = epoch;
        block.savedIn = 0;
        return block;
    }

    /** Doubles the room of a full block. */
    void grow(IndexBlock block) {
        int size = sizeOf(block.capacity * 2);
        IndexBlock larger = freeCount[size] > 0 ? free[size][--freeCount[size]] : new IndexBlock(capacityOf(size));
        larger.reset(0);
        block.grow(larger);
        release(larger);
    }

    /** Takes back a block that nothing refers to; it was touched. */
    void release(IndexBlock block) {
        int size = sizeOf(block.capacity);
        if (freeCount[size] < FREE_LIMIT) {
            free[size][freeCount[size]++] = block;
        }
    }

    private boolean isSaved(IndexBlock block) {
        return block.savedIn != 0 && !aborted.contains(block.savedIn);
    }

    private static int sizeOf(int capacity) {
        int least = Math.max(capacity, IndexBlock.CAPACITY_LEAST);
        return 32 - Integer.numberOfLeadingZeros(least - 1) - Integer.numberOfTrailingZeros(IndexBlock.CAPACITY_LEAST);
    }

    private static int capacityOf(int size) {
        return IndexBlock.CAPACITY_LEAST << size;
    }
}
