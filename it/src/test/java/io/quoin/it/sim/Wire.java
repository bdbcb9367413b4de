// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.it.sim.model.Trace;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameWriter;
import io.quoin.protocol.codec.WireBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A client's end of its link: what it writes, and what the answers to its requests mean. */
final class Wire {

    /** What an answer means. */
    interface Ok {
        void accept(Frame.Ok ok) throws ProtocolException;
    }

    private record Answer(Ok ok, Consumer<Frame.Failure> error, Runnable lost) {}

    private static final int HEARTBEAT_MS = 15_000;

    private final String name;
    private final Trace trace;
    private final LongSupplier nowMs;
    private final WireBuffer out = new WireBuffer(4096);
    private final FrameWriter writer = new FrameWriter(out);
    private final Map<Integer, Answer> answers = new LinkedHashMap<>();
    private @Nullable SimLink link;
    private int requests;
    private int numbers;
    private long lastWriteMs;

    Wire(String name, Trace trace, LongSupplier nowMs) {
        this.name = name;
        this.trace = trace;
        this.nowMs = nowMs;
    }

    void open(SimLink opened) {
        noMoreAnswers();
        link = opened;
    }

    void close() {
        link = null;
        noMoreAnswers();
    }

    @Nullable
    SimLink link() {
        return link;
    }

    long nowMs() {
        return nowMs.getAsLong();
    }

    /** The next number for a session, an alias, a consumer, or what else has one. */
    int number() {
        return ++numbers;
    }

    // --- requests

    /** The number of a new request. */
    int request(Ok ok, Consumer<Frame.Failure> error) {
        return request(ok, error, () -> {});
    }

    /** @param lost what to do if the answer never comes */
    int request(Ok ok, Consumer<Frame.Failure> error, Runnable lost) {
        int request = ++requests;
        answers.put(request, new Answer(ok, error, lost));
        return request;
    }

    /** For requests that are never refused. */
    Consumer<Frame.Failure> unexpected(String what) {
        return failure -> {
            throw new AssertionError(
                    name + " may not " + what + ": " + ErrorCode.find(failure.code()) + " " + failure.text());
        };
    }

    void answered(Frame.Ok ok) throws ProtocolException {
        Answer answer = answers.remove(ok.request());
        if (answer != null) {
            answer.ok.accept(ok);
        }
    }

    void refused(Frame.Failure failure) {
        Answer answer = answers.remove(failure.request());
        if (answer != null) {
            answer.error.accept(failure);
        }
    }

    /** Whatever was asked, its answer concerns nobody any more. */
    void noMoreAnswers() {
        List<Answer> open = List.copyOf(answers.values());
        answers.clear();
        open.forEach(answer -> answer.lost.run());
    }

    // --- frames

    /** For frames that are written field by field; {@link #flush} follows. */
    FrameWriter writer() {
        return writer;
    }

    void write(int channel, Frame frame) {
        if (frame.type() != FrameType.CREDIT) {
            trace.add(name, " writes #", channel, " ", frame);
        }
        writer.write(channel, frame);
        flush();
    }

    /** Sends a heartbeat if it is time for one. */
    void beat() {
        if (nowMs() - lastWriteMs >= HEARTBEAT_MS) {
            writer.heartbeat();
            flush();
        }
    }

    void flush() {
        SimLink open = link;
        if (open != null) {
            open.writeToServer(out.buffer(), out.position());
            lastWriteMs = nowMs();
        }
        out.clear();
    }

    static int heartbeatMs() {
        return HEARTBEAT_MS;
    }
}
