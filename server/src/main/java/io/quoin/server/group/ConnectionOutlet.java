// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.RecordView;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.CheckedBlock;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import io.quoin.protocol.codec.SentFrame;
import io.quoin.protocol.codec.WireBuffer;
import io.quoin.server.core.Outlet;
import io.quoin.server.model.SendRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the owner has to say to one peer. Answers that wait for the disk keep their order. One that waits for nothing goes out
 * at once, before any later delivery: after RECOVER a client takes what it reads before the answer for stale.
 *
 * <p>Thread: the owner's.
 */
final class ConnectionOutlet implements Outlet {

    private final BrokerAgent agent;
    private final Link link;
    private final OutFrames frames;
    private final ServerConnection connection;
    private int parked;
    private int lastRequest;
    private long lastAfter;
    private long sentUpTo;
    private long sentWritten;
    private boolean dirty;
    private boolean ended;
    private long lastWriteNs;

    ConnectionOutlet(BrokerAgent agent, Link link, ServerConnection connection) {
        this.agent = agent;
        this.connection = connection;
        this.link = link;
        this.frames = agent.frames();
        this.lastWriteNs = agent.nowNs();
    }

    @Override
    public void ok(int request, long after) {
        answer(request, after, null);
    }

    @Override
    public void ok(int request, long after, Result result) {
        answer(request, after, result);
    }

    @Override
    public void error(int request, ErrorCode code, String text) {
        write(0, new Frame.Failure(request, code.number(), text));
    }

    @Override
    public void sent(long upTo, long after) {
        if (isDurable(after)) {
            sentUpTo = upTo;
            touch();
        } else {
            park(after, Parked.Kind.SENT, upTo, null);
        }
    }

    @Override
    public void refused(long sequence, ErrorCode code, String text) {
        write(0, new Frame.Refused(sequence, code.number(), text));
    }

    @Override
    public void sendCredit(int alias, long limitBytes) {
        write(0, new Frame.SendCredit(alias, limitBytes));
    }

    @Override
    public void deliver(
            int session,
            int consumer,
            long tag,
            int deliveryCount,
            boolean redelivered,
            boolean groupFirst,
            boolean inDoubt,
            long remainingMs,
            long arrival,
            long position,
            int length) {
        if (ended) {
            return;
        }
        int flags = (redelivered ? FrameFlags.DELIVER_REDELIVERED : 0)
                | (groupFirst ? FrameFlags.DELIVER_GROUP_FIRST : 0)
                | (inDoubt ? FrameFlags.DELIVER_IN_DOUBT : 0);
        WireBuffer out = frames.writer()
                .begin(FrameType.DELIVER, flags, session)
                .i32(consumer)
                .u64(tag)
                .u32(deliveryCount)
                .u64(remainingMs)
                .i64(arrival);
        endWithMessage(out, position);
        agent.counters().delivered(length);
    }

    @Override
    public void permit(int session, int consumer, long upTo, long after) {
        if (after == 0 || (parked == 0 && isDurable(after))) {
            write(session, new Frame.Permit(consumer, upTo));
        } else {
            park(after, Parked.Kind.PERMIT, session, new Frame.Permit(consumer, upTo));
        }
    }

    @Override
    public void slot(int session, int consumer, int slot, boolean assigned) {
        write(session, new Frame.Slot(consumer, slot, assigned));
    }

    @Override
    public void browsed(int session, int browser, int deliveryCount, long remainingMs, long position, int length) {
        if (ended) {
            return;
        }
        WireBuffer out = frames.writer()
                .begin(FrameType.BROWSED, 0, session)
                .i32(browser)
                .u32(deliveryCount)
                .u64(remainingMs);
        endWithMessage(out, position);
    }

    @Override
    public void recall(int session, int consumer, int slot) {
        write(session, new Frame.Recall(consumer, slot));
    }

    @Override
    public void consumerLost(int session, int consumer, ErrorCode code, String text) {
        write(session, new Frame.ConsumerLost(consumer, code.number(), text));
    }

    @Override
    public void fenced(ErrorCode code, String text) {
        connection.fenced(code, text);
    }

    @Override
    public void expelled(ErrorCode code, String text) {
        connection.expelled(code, text);
    }

    /** Ends the connection with an error. */
    void close(ErrorCode code, String text) {
        write(0, new Frame.Failure(0, code.number(), text));
        close();
    }

    /** Ends the connection after what was written. */
    void close() {
        if (!ended) {
            flush();
            ended = true;
            link.close();
        }
    }

    /** The link has ended: nothing is written any more. */
    void lost() {
        ended = true;
    }

    /** Answers a request with a text as payload, once the log is durable up to {@code after}; 0 for at once. */
    void okWithText(int request, long after, String text) {
        if (after == 0 || (parked == 0 && isDurable(after))) {
            writeText(request, text);
        } else {
            park(after, Parked.Kind.TEXT, request, text);
        }
    }

    private void writeText(int request, String text) {
        if (ended) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer block = ByteBuffer.allocate(CheckedBlock.HEADER_BYTES + bytes.length);
        block.put(CheckedBlock.HEADER_BYTES, bytes);
        CheckedBlock.seal(block, 0, block.capacity(), agent.checksum());
        writeSent();
        frames.writer().begin(FrameType.OK, 0, 0).i32(request);
        frames.endWith(link, block, 0, block.capacity());
        touch();
    }

    /** Writes a frame that is no message. */
    void write(int channel, Frame frame) {
        if (ended) {
            return;
        }
        writeSent();
        frames.writer().write(channel, frame);
        frames.put(link);
        touch();
    }

    /** Writes a heartbeat if nothing else has been written for long enough. */
    void heartbeat() {
        if (!ended) {
            frames.writer().heartbeat();
            frames.put(link);
            touch();
        }
    }

    /** What was parked for this outlet has its time now. */
    void release(Parked.Kind kind, long value, @Nullable Object detail) {
        parked--;
        switch (kind) {
            case SENT -> {
                sentUpTo = value;
                touch();
            }
            case OK -> writeOk((int) value, (Result) detail);
            case TEXT -> writeText((int) value, String.valueOf(detail));
            case PERMIT -> {
                if (detail instanceof Frame.Permit permit) {
                    write((int) value, permit);
                    agent.flushBeforeDispatch();
                }
            }
        }
    }

    /** Hands everything to the socket; called once a cycle if anything was written. */
    void flush() {
        dirty = false;
        if (!ended) {
            writeSent();
            link.flush();
            lastWriteNs = agent.nowNs();
            if (!link.isWritable()) {
                connection.slow();
            }
        }
    }

    /** The connection is closed when this request has been answered. */
    void lastRequest(int request) {
        lastRequest = request;
    }

    /** When something was last written, on the agent's monotonic clock. */
    long lastWriteNs() {
        return lastWriteNs;
    }

    private void answer(int request, long after, @Nullable Result result) {
        if (after == 0 || (parked == 0 && isDurable(after))) {
            writeOk(request, result);
        } else {
            park(after, Parked.Kind.OK, request, result);
        }
    }

    private void park(long after, Parked.Kind kind, long value, @Nullable Object detail) {
        lastAfter = Math.max(lastAfter, after);
        parked++;
        agent.parked().park(this, lastAfter, kind, value, detail);
    }

    private boolean isDurable(long after) {
        return after <= agent.durable();
    }

    private void writeOk(int request, @Nullable Result result) {
        if (ended) {
            return;
        }
        writeSent();
        WireBuffer out = frames.writer().begin(FrameType.OK, 0, 0).i32(request);
        if (result != null) {
            result.encode(out);
        }
        frames.end(link);
        touch();
        if (request == lastRequest) {
            connection.saidGoodbye();
        }
    }

    /** One SENT says all that is known by now. */
    private void writeSent() {
        if (sentUpTo > sentWritten && !ended) {
            sentWritten = sentUpTo;
            SentFrame.write(frames.writer(), sentUpTo);
            frames.put(link);
        }
    }

    /** Ends a frame with what the server added to the message and the message, both as they are stored. */
    private void endWithMessage(WireBuffer out, long position) {
        RecordView record = agent.store().record(position);
        int annotations = SendRecord.annotationsLength(record);
        if (annotations == 0) {
            out.u8(0);
        } else {
            out.raw(record.buffer().slice(SendRecord.annotationsAt(record), annotations));
        }
        frames.endWith(link, record.buffer(), record.payloadAt(), record.payloadLength());
        touch();
    }

    private void touch() {
        if (!dirty) {
            dirty = true;
            agent.dirty(this);
        }
    }
}
