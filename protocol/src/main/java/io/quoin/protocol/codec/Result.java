// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.TransactionOutcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What an OK carries beyond the request number. The client knows from its request which one to read; requests that are not
 * named here have none.
 */
public sealed interface Result {

    /** Appends the fields. */
    void encode(WireBuffer out);

    /** An OK with this result. */
    default Frame.Ok to(int request) {
        WireBuffer out = new WireBuffer(64);
        encode(out);
        return new Frame.Ok(request, Bytes.wrap(out.toByteArray(0)));
    }

    /** An OK without a result. */
    static Frame.Ok none(int request) {
        return new Frame.Ok(request, Bytes.EMPTY);
    }

    /** To RESUME: of each consumer, what the client still holds above that tag is not its own any more. */
    record Resumed(List<Kept> consumers) implements Result {

        @Override
        public void encode(WireBuffer out) {
            out.u16(consumers.size());
            for (Kept one : consumers) {
                out.i32(one.consumer).u64(one.dropAbove);
            }
        }

        public static Resumed of(Frame.Ok ok) throws ProtocolException {
            FieldReader in = fields(ok);
            int count = in.count(Kept.BYTES);
            List<Kept> consumers = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                consumers.add(new Kept(in.i32(), in.u64()));
            }
            in.checkEnd();
            return new Resumed(Collections.unmodifiableList(consumers));
        }
    }

    /** Deliveries of a consumer up to and with {@code dropAbove} are still the session's. */
    record Kept(int consumer, long dropAbove) {

        private static final int BYTES = 12;
    }

    /**
     * To CONSUMER_OPEN.
     *
     * @param source the number of the queue or subscription, which stays the same for as long as that exists
     * @param strictWindow messages that a permit covers, where delivery is strict; else 0
     * @param groupSlots slots that its message groups are spread over
     */
    record Opened(int source, int strictWindow, int groupSlots) implements Result {

        @Override
        public void encode(WireBuffer out) {
            out.i32(source).u16(strictWindow).u32(groupSlots);
        }

        public static Opened of(Frame.Ok ok) throws ProtocolException {
            FieldReader in = fields(ok);
            Opened result = new Opened(in.i32(), in.u16(), in.i32());
            in.checkEnd();
            return result;
        }
    }

    /** To RECLAIM: the tags of the messages that another consumer has now. */
    record Reclaimed(List<Long> refused) implements Result {

        @Override
        public void encode(WireBuffer out) {
            out.u16(refused.size());
            refused.forEach(out::u64);
        }

        public static Reclaimed of(Frame.Ok ok) throws ProtocolException {
            FieldReader in = fields(ok);
            int count = in.count(Long.BYTES);
            List<Long> refused = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                refused.add(in.u64());
            }
            in.checkEnd();
            return new Reclaimed(Collections.unmodifiableList(refused));
        }
    }

    /** To DRAIN: the last tag that was delivered. */
    record Drained(long delivered) implements Result {

        @Override
        public void encode(WireBuffer out) {
            out.u64(delivered);
        }

        public static Drained of(Frame.Ok ok) throws ProtocolException {
            FieldReader in = fields(ok);
            Drained result = new Drained(in.u64());
            in.checkEnd();
            return result;
        }
    }

    /** To TX_OUTCOME. */
    record Outcome(TransactionOutcome outcome) implements Result {

        @Override
        public void encode(WireBuffer out) {
            out.u8(outcome.code());
        }

        public static Outcome of(Frame.Ok ok) throws ProtocolException {
            FieldReader in = fields(ok);
            Outcome result = new Outcome(TransactionOutcome.of(in.u8()));
            in.checkEnd();
            return result;
        }
    }

    /** To XA_START and what follows it: what {@code XAResource} returns, or the code of the {@code XAException} it throws. */
    record XaDone(int xaCode) implements Result {

        @Override
        public void encode(WireBuffer out) {
            out.i32(xaCode);
        }

        public static XaDone of(Frame.Ok ok) throws ProtocolException {
            FieldReader in = fields(ok);
            XaDone result = new XaDone(in.i32());
            in.checkEnd();
            return result;
        }
    }

    /**
     * To XA_RECOVER: branches that are prepared, or were decided by an administrator.
     *
     * @param last what the next question has to name to get those that follow; 0 if none follow
     * @param xids at most {@value #MAX_XIDS}
     */
    record XaRecovered(long last, List<Xid> xids) implements Result {

        /** As many as the fields of a frame hold, whatever their length. */
        public static final int MAX_XIDS = 400;

        @Override
        public void encode(WireBuffer out) {
            out.u64(last).u16(xids.size());
            for (Xid xid : xids) {
                xid.encode(out);
            }
        }

        public static XaRecovered of(Frame.Ok ok) throws ProtocolException {
            FieldReader in = fields(ok);
            long last = in.u64();
            int count = in.count(Xid.MIN_BYTES);
            List<Xid> xids = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                xids.add(Xid.decode(in));
            }
            in.checkEnd();
            return new XaRecovered(last, Collections.unmodifiableList(xids));
        }
    }

    /** To BROWSE_NEXT: whether another one may give more. */
    record BrowsedSoFar(boolean more) implements Result {

        @Override
        public void encode(WireBuffer out) {
            out.bool(more);
        }

        public static BrowsedSoFar of(Frame.Ok ok) throws ProtocolException {
            FieldReader in = fields(ok);
            BrowsedSoFar result = new BrowsedSoFar(in.bool());
            in.checkEnd();
            return result;
        }
    }

    private static FieldReader fields(Frame.Ok ok) {
        byte[] result = ok.result().array();
        return new FieldReader().wrap("an OK", ByteBuffer.wrap(result), 0, result.length);
    }
}
