// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a queue that share one selector, and the messages as they see them: what is ready, in bitmaps over the
 * blocks. Derived from the lanes; taken in lazily, in order, once.
 *
 * <p>Thread: confined to the owner of the core.
 */
final class Selection {
    static final int NONE = -1;

    private final Dispatcher dispatcher;
    private final @Nullable MessageFilter filter;
    final CreditRing ring = new CreditRing();
    private final @Nullable LaneView[] views = new @Nullable LaneView[2 * MessageQueue.PRIORITIES];
    private @Nullable BlockView[] blocks = {};
    int consumers;
    /** Messages that are ready, in all lanes. */
    private long ready;
    /** Whether some lane has visible messages that were not taken in. */
    boolean behind = true;

    Selection(Dispatcher dispatcher, @Nullable MessageFilter filter) {
        this.dispatcher = dispatcher;
        this.filter = filter;
    }

    @Nullable
    MessageFilter filter() {
        return filter;
    }

    boolean hasWork() {
        return !ring.isEmpty() && (ready > 0 || behind);
    }

    // --- what happens to messages ---

    /** A message no longer waits: it was taken by another selection or is gone. */
    void left(Lane lane, IndexBlock block, int index) {
        LaneView view = view(lane);
        if (block.number(index) <= view.loadedTo) {
            unready(view, block, index);
        }
    }

    /** A message waits again. */
    void returned(Lane lane, IndexBlock block, int index) {
        LaneView view = view(lane);
        if (block.number(index) <= view.loadedTo) {
            makeReady(view, block, index);
        }
    }

    /** A block is about to be freed or emptied; none of its messages waits. */
    void forget(Lane lane, IndexBlock block) {
        view(lane).forget(block);
        if (block.table < blocks.length) {
            BlockView view = blocks[block.table];
            if (view != null) {
                view.clear();
            }
        }
    }

    // --- dispatch ---

    /** Hands out up to so many messages; returns how many steps were taken, 0 if there is nothing to do. */
    int dispatch(long nowMs, int budget, DeliverySink sink) {
        int work = 0;
        while (work < budget && !ring.isEmpty()) {
            if (behind) {
                work += load(budget - work);
            }
            if (ready == 0) {
                if (behind) {
                    continue;
                }
                break;
            }
            if (!offer(nowMs, sink)) {
                break;
            }
            work++;
        }
        return work;
    }

    /** Deals with the first ready message; false if its body has to be waited for. */
    private boolean offer(long nowMs, DeliverySink sink) {
        LaneView view = first();
        IndexBlock block = firstBlock(view);
        int index = blockView(block).firstReady();
        if (block.expired(index, nowMs)) {
            // Reported by the next expiry sweep.
            unready(view, block, index);
            return true;
        }
        if (!dispatcher.bodyReady(block, index)) {
            return false;
        }
        if (filter != null && !matches(filter, block, index)) {
            unready(view, block, index);
            return true;
        }
        QueueConsumer consumer = ring.next();
        if (consumer != null) {
            unready(view, block, index);
            dispatcher.handOut(this, consumer, view.lane, block, index, true, sink);
        }
        return true;
    }

    private boolean matches(MessageFilter selector, IndexBlock block, int index) {
        BlockView view = blockView(block);
        if (view.isMatched(index)) {
            return true;
        }
        boolean result = selector.matches(block.position[index], block.length[index]);
        if (result) {
            view.setMatched(index);
        }
        return result;
    }

    /** The lane with the next message: of the highest priority, and of the lowest arrival there. */
    private LaneView first() {
        for (int p = MessageQueue.PRIORITIES - 1; p >= 0; p--) {
            LaneView durable = views[p];
            LaneView other = views[p + MessageQueue.PRIORITIES];
            boolean hasDurable = durable != null && durable.ready > 0;
            if (other != null && other.ready > 0) {
                return hasDurable && durableIsFirst(durable, other) ? durable : other;
            }
            if (hasDurable) {
                return durable;
            }
        }
        throw new IllegalStateException("No message is ready");
    }

    private boolean durableIsFirst(LaneView durable, LaneView other) {
        IndexBlock a = firstBlock(durable);
        IndexBlock b = firstBlock(other);
        long arrival = a.number(blockView(a).firstReady());
        int index = blockView(b).firstReady();
        return arrival <= b.baseFollows + b.follows[index];
    }

    private IndexBlock firstBlock(LaneView view) {
        IndexBlock block = view.scan;
        if (block != null && summary(block) != 0) {
            return block;
        }
        Lane lane = view.lane;
        for (int i = block == null ? 0 : lane.indexOf(block.base); ; i++) {
            IndexBlock next = lane.block(i);
            if (summary(next) != 0) {
                view.scan = next;
                return next;
            }
        }
    }

    private long summary(IndexBlock block) {
        BlockView view = block.table < blocks.length ? blocks[block.table] : null;
        return view == null ? 0 : view.summary;
    }

    // --- taking in ---

    /** Takes in what became visible, up to so many messages; returns how many. */
    private int load(int budget) {
        int work = 0;
        behind = false;
        for (Lane lane : dispatcher.index().lanes()) {
            if (lane != null) {
                work += load(view(lane), budget);
            }
        }
        return work;
    }

    private int load(LaneView view, int budget) {
        Lane lane = view.lane;
        int work = 0;
        IndexBlock block = view.loading;
        int i = block != null ? lane.indexOf(block.base) : Math.max(0, lane.indexOf(view.loadedTo + 1));
        for (; i < lane.size(); i++) {
            block = lane.block(i);
            view.loading = block;
            int from = block.lowerBound(view.loadedTo + 1);
            int to = dispatcher.visibleIn(lane, block);
            for (int index = from; index < to; index++) {
                if (work >= budget) {
                    behind = true;
                    return work;
                }
                view.loadedTo = block.number(index);
                if (block.waits(index)) {
                    makeReady(view, block, index);
                }
                work++;
            }
            if (to < block.count) {
                break;
            }
        }
        return work;
    }

    private void makeReady(LaneView view, IndexBlock block, int index) {
        BlockView bits = blockView(block);
        if (!bits.isReady(index)) {
            bits.setReady(index);
            view.readyIn(block);
            ready++;
        }
    }

    private void unready(LaneView view, IndexBlock block, int index) {
        BlockView bits = blockView(block);
        if (bits.isReady(index)) {
            bits.clearReady(index);
            view.ready--;
            ready--;
        }
    }

    private BlockView blockView(IndexBlock block) {
        if (block.table >= blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(4, (block.table + 1) * 2));
        }
        BlockView view = blocks[block.table];
        if (view == null) {
            view = new BlockView(block.capacity);
            blocks[block.table] = view;
        } else {
            view.grow(block.capacity);
        }
        return view;
    }

    private LaneView view(Lane lane) {
        int at = lane.priority + (lane.isVolatile ? MessageQueue.PRIORITIES : 0);
        LaneView view = views[at];
        if (view == null) {
            view = new LaneView(lane);
            views[at] = view;
        }
        return view;
    }
}
