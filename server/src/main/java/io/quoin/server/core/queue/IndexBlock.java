// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Up to 4,096 messages of one lane, or of one minute of delayed ones, in the order in which they joined: 26 bytes a message
 * in columns, and two bits.
 *
 * <p>Numbers (arrivals, due times) and expiry times are kept as differences from the block's bases, so a block also ends
 * where a difference would not fit. Entries never move inside a block: an entry's index is good until the block is freed,
 * which is when all its entries are gone.
 *
 * <p>Thread: confined to the owner of the core. The columns are read by the classes of this package directly; they are
 * changed here and by the queue that owns the block, after {@link IndexStore#touch}.
 */
final class IndexBlock {
    static final int SHIFT = 12;
    static final int CAPACITY = 1 << SHIFT;
    static final int CAPACITY_LEAST = 64;

    /** Durable: the message has a group, whose hash is in {@link #hash}. */
    static final byte GROUPED = 1;
    /** Durable: an uncertain delivery was recorded for this message. */
    static final byte DOUBTED = 2;
    /** Durable: the message was delivered in vain too often, and its group is parked. */
    static final byte PARKED = 4;
    /** Not durable: out in a prepared branch, which holds the message's group. */
    static final byte HELD = 16;
    /** Not durable: an ungrouped message whose redelivery delay runs. */
    static final byte RESTING = 32;

    /** Not durable: reported as expired. */
    static final byte EXPIRING = 64;

    private static final byte DURABLE_FLAGS = GROUPED | DOUBTED | PARKED;
    private static final int NEVER = Integer.MIN_VALUE;
    /** Differences of expiry below this, 12 days, are exact; larger ones lose their last bits. */
    private static final long EXPIRY_EXACT_MS = 1L << 30;
    /** Bits that a large difference loses: the message expires up to 63 ms early, never late. */
    private static final int EXPIRY_SHIFT = 6;

    /** Entries either side of an interpolated guess that are searched first. */
    private static final int SEARCH_WINDOW = 32;

    private static final int HEADER_BYTES = 24;
    private static final int ENTRY_BYTES = 26;

    /** Names the block in snapshots; unique in a broker. 0: volatile, in no snapshot. */
    long id;
    /** Where the queue's table has this block; the upper part of a reference. */
    int table;
    /** Which lane the block is in; see {@link MessageIndex#place}. */
    int place;

    int capacity;
    /** Entries that the block takes at most; less than {@link #CAPACITY} only in tests. */
    int limit = CAPACITY;

    int count;
    /** Entries that are not gone. */
    int live;
    /** Entries with a group that are not gone. */
    int grouped;
    /** Bytes of the messages that are not gone. */
    long bytes;
    /** Number (arrival or due time) from which {@link #key} counts. */
    long base;
    /** A lower bound of the expiry of what waits in the block, ms; {@code Long.MAX_VALUE}: nothing expires. */
    long leastExpiryMs;

    /** The snapshot under which this block was last seen; see {@link IndexStore}. */
    long epoch;
    /** The snapshot that has this block's present content; 0: none. */
    long savedIn;

    long[] position;
    int[] length;
    int[] key;
    int[] expiry;
    int[] hash;
    byte[] flags;
    byte[] deliveries;
    /** For volatile messages: the arrival that each follows, from {@link #baseFollows}; empty for durable ones. */
    int[] follows = {};

    long baseFollows;
    /** Bit set: acknowledged, expired, moved or purged. */
    long[] gone;
    /** Bit set: does not wait, because it is out, rests or is reported as expired; {@link #flags} tell which. Not durable. */
    long[] taken;

    /** Server's wall clock; {@code Long.MIN_VALUE}: not yet set. */
    private long baseExpiry;

    IndexBlock(int capacity) {
        this.capacity = capacity;
        position = new long[capacity];
        length = new int[capacity];
        key = new int[capacity];
        expiry = new int[capacity];
        hash = new int[capacity];
        flags = new byte[capacity];
        deliveries = new byte[capacity];
        gone = new long[capacity >> 6];
        taken = new long[capacity >> 6];
    }

    /** Makes an empty block whose first entry will have the given number. */
    void reset(long firstNumber) {
        Arrays.fill(gone, 0, (count + 63) >> 6, 0);
        Arrays.fill(taken, 0, (count + 63) >> 6, 0);
        count = 0;
        live = 0;
        grouped = 0;
        bytes = 0;
        base = firstNumber;
        baseExpiry = Long.MIN_VALUE;
        leastExpiryMs = Long.MAX_VALUE;
    }

    /** Whether an entry can be appended: there is room, and the differences fit. */
    boolean takes(long number, long expiresAtMs) {
        if (count >= limit || number - base > Integer.MAX_VALUE) {
            return false;
        }
        return expiresAtMs == 0 || baseExpiry == Long.MIN_VALUE || fits(expiresAtMs - baseExpiry);
    }

    /** Whether there is room without {@link #grow}. */
    boolean hasRoom() {
        return count < capacity;
    }

    /** Appends an entry; {@link #takes} and {@link #hasRoom} said yes. */
    int append(long number, long at, int bytesOfMessage, long expiresAtMs, int groupHash, boolean isGrouped) {
        int index = count++;
        position[index] = at;
        length[index] = bytesOfMessage;
        key[index] = (int) (number - base);
        hash[index] = groupHash;
        flags[index] = isGrouped ? GROUPED : 0;
        deliveries[index] = 0;
        expiry[index] = NEVER;
        if (expiresAtMs != 0) {
            if (baseExpiry == Long.MIN_VALUE) {
                baseExpiry = expiresAtMs;
            }
            expiry[index] = packed(expiresAtMs - baseExpiry);
            leastExpiryMs = Math.min(leastExpiryMs, expiresAtMs(index));
        }
        if (isGrouped) {
            grouped++;
        }
        live++;
        bytes += bytesOfMessage;
        return index;
    }

    /** Takes over the columns of a larger block, which gets this one's. */
    void grow(IndexBlock larger) {
        System.arraycopy(position, 0, larger.position, 0, count);
        System.arraycopy(length, 0, larger.length, 0, count);
        System.arraycopy(key, 0, larger.key, 0, count);
        System.arraycopy(expiry, 0, larger.expiry, 0, count);
        System.arraycopy(hash, 0, larger.hash, 0, count);
        System.arraycopy(flags, 0, larger.flags, 0, count);
        System.arraycopy(deliveries, 0, larger.deliveries, 0, count);
        System.arraycopy(gone, 0, larger.gone, 0, gone.length);
        System.arraycopy(taken, 0, larger.taken, 0, taken.length);
        if (follows.length != 0) {
            larger.withFollows();
            System.arraycopy(follows, 0, larger.follows, 0, count);
        }
        swapColumns(larger);
        // The larger block now has the small columns, of which only the bitmaps matter.
        larger.count = count;
        larger.reset(0);
    }

    private void swapColumns(IndexBlock other) {
        long[] longs = position;
        position = other.position;
        other.position = longs;
        longs = gone;
        gone = other.gone;
        other.gone = longs;
        longs = taken;
        taken = other.taken;
        other.taken = longs;
        int[] ints = length;
        length = other.length;
        other.length = ints;
        ints = key;
        key = other.key;
        other.key = ints;
        ints = expiry;
        expiry = other.expiry;
        other.expiry = ints;
        ints = hash;
        hash = other.hash;
        other.hash = ints;
        ints = follows;
        follows = other.follows;
        other.follows = ints;
        byte[] bytes = flags;
        flags = other.flags;
        other.flags = bytes;
        bytes = deliveries;
        deliveries = other.deliveries;
        other.deliveries = bytes;
        int size = capacity;
        capacity = other.capacity;
        other.capacity = size;
    }

    /** Makes sure that there is a column for what volatile messages follow. */
    void withFollows() {
        if (follows.length == 0) {
            follows = new int[capacity];
        }
    }

    /** Index of the first entry with this number or a higher one; {@code count} if there is none. */
    int lowerBound(long number) {
        long difference = number - base;
        if (difference <= 0) {
            return 0;
        }
        if (count == 0 || difference > key[count - 1]) {
            return count;
        }
        int wanted = (int) difference;
        // Numbers rise by at least one from entry to entry, so this is exact where there are no gaps.
        int high = Math.min(wanted, count - 1);
        if (key[high] == wanted) {
            return high;
        }
        // Where there are gaps they are spread evenly, as a rule: look near the interpolated place first.
        int low = 0;
        int guess = (int) ((long) wanted * (count - 1) / key[count - 1]);
        int below = guess - SEARCH_WINDOW;
        int above = guess + SEARCH_WINDOW;
        if (below >= 0 && key[below] < wanted) {
            low = below + 1;
        }
        if (above < high && key[above] >= wanted) {
            high = above;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key[middle] < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    boolean isVolatile() {
        return place >= MessageQueue.PRIORITIES;
    }

    int priority() {
        return place >= MessageQueue.PRIORITIES ? place - MessageQueue.PRIORITIES : place;
    }

    /** The durable message that this volatile one follows; its own number if it is durable. */
    long order(int index) {
        return isVolatile() ? baseFollows + follows[index] : base + key[index];
    }

    long number(int index) {
        return base + key[index];
    }

    boolean isGone(int index) {
        return (gone[index >> 6] & 1L << index) != 0;
    }

    /** Whether the message is handed out, or held by a prepared branch. */
    boolean isOut(int index) {
        return (taken[index >> 6] & 1L << index) != 0 && (flags[index] & (RESTING | EXPIRING)) == 0;
    }

    /** Whether the message waits: it is there, and nothing keeps it from being handed out. */
    boolean waits(int index) {
        return ((gone[index >> 6] | taken[index >> 6]) & 1L << index) == 0;
    }

    void take(int index) {
        taken[index >> 6] |= 1L << index;
    }

    void untake(int index) {
        taken[index >> 6] &= ~(1L << index);
    }

    boolean isGrouped(int index) {
        return (flags[index] & GROUPED) != 0;
    }

    boolean has(int index, byte flag) {
        return (flags[index] & flag) != 0;
    }

    void set(int index, byte flag) {
        flags[index] |= flag;
    }

    void clear(int index, byte flag) {
        flags[index] &= (byte) ~flag;
    }

    /** Certain deliveries, 0 to 255. */
    int deliveries(int index) {
        return deliveries[index] & 0xFF;
    }

    /** Server's wall clock; 0: never. */
    long expiresAtMs(int index) {
        int packed = expiry[index];
        return packed == NEVER ? 0 : baseExpiry + ((long) (packed >> 1) << ((packed & 1) == 0 ? 0 : EXPIRY_SHIFT));
    }

    boolean expired(int index, long nowMs) {
        return expiry[index] != NEVER && expiresAtMs(index) <= nowMs;
    }

    /** Bytes of {@link #encode}. */
    int encodedBytes() {
        return HEADER_BYTES + count * ENTRY_BYTES + ((count + 63) >> 6) * Long.BYTES;
    }

    /** Writes what is durable of this block: a header of 24 bytes, then the columns, then the bitmap of what is gone. */
    void encode(ByteBuffer target) {
        target.putInt(count).putInt(0).putLong(base).putLong(baseExpiry);
        target.asLongBuffer().put(position, 0, count);
        target.position(target.position() + count * Long.BYTES);
        putInts(target, length);
        putInts(target, key);
        putInts(target, expiry);
        putInts(target, hash);
        for (int i = 0; i < count; i++) {
            target.put((byte) (flags[i] & DURABLE_FLAGS));
        }
        target.put(deliveries, 0, count);
        int words = (count + 63) >> 6;
        target.asLongBuffer().put(gone, 0, words);
        target.position(target.position() + words * Long.BYTES);
    }

    /** Entries in an encoded block. */
    static int encodedCount(ByteBuffer source) {
        return source.getInt(source.position());
    }

    /** Reads what {@link #encode} wrote; the capacity is large enough. */
    void decode(ByteBuffer source) {
        int entries = source.getInt();
        source.getInt();
        reset(source.getLong());
        baseExpiry = source.getLong();
        count = entries;
        source.asLongBuffer().get(position, 0, count);
        source.position(source.position() + count * Long.BYTES);
        getInts(source, length);
        getInts(source, key);
        getInts(source, expiry);
        getInts(source, hash);
        source.get(flags, 0, count);
        source.get(deliveries, 0, count);
        int words = (count + 63) >> 6;
        source.asLongBuffer().get(gone, 0, words);
        source.position(source.position() + words * Long.BYTES);
        for (int i = 0; i < count; i++) {
            if (!isGone(i)) {
                live++;
                bytes += length[i];
                grouped += isGrouped(i) ? 1 : 0;
                if (expiry[i] != NEVER) {
                    leastExpiryMs = Math.min(leastExpiryMs, expiresAtMs(i));
                }
            }
        }
    }

    /** Adds the durable content of one live entry. */
    void digest(int index, Digest digest) {
        digest.add(number(index));
        digest.add(position[index]);
        digest.add(length[index]);
        digest.add(expiresAtMs(index));
        digest.add((hash[index] & 0xFFFFFFFFL)
                | (long) (flags[index] & DURABLE_FLAGS) << 32
                | (long) deliveries(index) << 40);
    }

    private void putInts(ByteBuffer target, int[] column) {
        target.asIntBuffer().put(column, 0, count);
        target.position(target.position() + count * Integer.BYTES);
    }

    private void getInts(ByteBuffer source, int[] column) {
        source.asIntBuffer().get(column, 0, count);
        source.position(source.position() + count * Integer.BYTES);
    }

    /** A difference of expiry times in 31 bits, and in the lowest bit whether it is one of those that lost bits. */
    private static int packed(long differenceMs) {
        return isExact(differenceMs) ? (int) differenceMs << 1 : (int) (differenceMs >> EXPIRY_SHIFT) << 1 | 1;
    }

    private static boolean isExact(long differenceMs) {
        return differenceMs > -EXPIRY_EXACT_MS && differenceMs < EXPIRY_EXACT_MS;
    }

    private static boolean fits(long differenceMs) {
        return isExact(differenceMs >> EXPIRY_SHIFT);
    }
}
