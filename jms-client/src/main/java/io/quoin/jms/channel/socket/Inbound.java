// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.ChannelListener;
import io.quoin.jms.channel.Delivery;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ConnectionState;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.Peer;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.DeliverFrame;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.FrameInput;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.SentFrame;
import io.quoin.protocol.uri.Endpoint;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the server sends, frame by frame. A message is copied once, after its checksum was found right, and not
 * decoded here.
 *
 * <p>Thread: confined to the reader, except for {@link #lastReadNs}.
 */
final class Inbound {

    private static final Logger LOG = System.getLogger(Inbound.class.getName());

    private final FrameInput input;
    private final InputStream in;
    private final Answers answers;
    private final ChannelListener listener;
    private final Endpoint endpoint;
    private final FrameReader frame = new FrameReader();
    private final DeliverFrame deliver = new DeliverFrame();
    private volatile long lastReadNs = System.nanoTime();
    private volatile @Nullable Thread reader;
    /** What the server said before it closed. */
    private @Nullable JMSException lastWords;

    /** What is answered, as opposed to what the server tells of its own accord. */
    interface Answers {

        void onOk(Frame.Ok ok, byte @Nullable [] payload) throws JMSException;

        void onError(int request, JMSException error);

        void onSent(long upTo);

        void onRefused(long sequence, JMSException why);

        void onCredit(int alias, long limitBytes);
    }

    Inbound(FrameInput input, InputStream in, Answers answers, ChannelListener listener, Endpoint endpoint) {
        this.input = input;
        this.in = in;
        this.answers = answers;
        this.listener = listener;
        this.endpoint = endpoint;
    }

    long lastReadNs() {
        return lastReadNs;
    }

    boolean isReader() {
        return Thread.currentThread() == reader;
    }

    /** Reads until the end and tells why it has come. */
    JMSException run() {
        reader = Thread.currentThread();
        try {
            do {
                lastReadNs = System.nanoTime();
                while (input.next(frame)) {
                    handle();
                }
            } while (input.fill(in));
            JMSException words = lastWords;
            return words != null ? words : JmsErrors.of(ErrorCode.CONNECTION_LOST, endpoint + " closed the connection");
        } catch (IOException e) {
            JMSException words = lastWords;
            return words != null
                    ? words
                    : JmsErrors.of(
                            ErrorCode.CONNECTION_LOST,
                            "The connection to " + endpoint + " broke: " + e.getMessage(),
                            e);
        } catch (ProtocolException e) {
            return JmsErrors.of(e.code(), e.text() + " (from " + endpoint + ")", e);
        } catch (JMSException e) {
            return e;
        } catch (RuntimeException | java.lang.Error e) {
            LOG.log(Level.ERROR, "Reading from " + endpoint + " failed", e);
            return JmsErrors.of(ErrorCode.INTERNAL_ERROR, "Reading from " + endpoint + " failed: " + e, e);
        }
    }

    private void handle() throws ProtocolException, JMSException {
        frame.checkLegal(Peer.SERVER, ConnectionState.OPEN);
        switch (frame.type()) {
            case DELIVER -> onDeliver();
            case SENT -> answers.onSent(SentFrame.upTo(frame));
            case HEARTBEAT -> {}
            case OK -> onOk((Frame.Ok) Frame.decode(frame));
            default -> onRare(Frame.decode(frame));
        }
    }

    private void onDeliver() throws ProtocolException {
        frame.verifyPayload();
        deliver.wrap(frame);
        long remainingMs = deliver.remainingMs();
        listener.onDelivery(
                frame.channel(),
                new Delivery(
                        deliver.consumer(),
                        deliver.tag(),
                        deliver.deliveryCount(),
                        deliver.isRedelivered(),
                        deliver.isGroupFirst(),
                        deliver.isInDoubt(),
                        remainingMs != 0,
                        deadlineNs(remainingMs),
                        deliver.arrival(),
                        deliver.annotations(),
                        frame.copyPayload()));
    }

    private void onBrowsed(Frame.Browsed browsed) throws ProtocolException {
        frame.verifyPayload();
        listener.onBrowsed(
                frame.channel(),
                new Delivery(
                        browsed.browser(),
                        0,
                        browsed.deliveryCount(),
                        browsed.deliveryCount() > 1,
                        false,
                        false,
                        browsed.remainingMs() != 0,
                        deadlineNs(browsed.remainingMs()),
                        0,
                        browsed.annotations(),
                        frame.copyPayload()));
    }

    /** When what is left of a time from now is over; times beyond a century are taken for one. */
    private long deadlineNs(long remainingMs) {
        return lastReadNs + TimeUnit.MILLISECONDS.toNanos(Math.min(remainingMs, TimeUnit.DAYS.toMillis(36_500)));
    }

    private void onOk(Frame.Ok ok) throws ProtocolException, JMSException {
        frame.verifyPayload();
        answers.onOk(ok, frame.hasPayload() ? frame.copyPayload() : null);
    }

    private void onRare(Frame rare) throws ProtocolException, JMSException {
        if (rare instanceof Frame.Failure error) {
            onError(error);
        } else if (rare instanceof Frame.Refused refused) {
            answers.onRefused(refused.sequence(), JmsErrors.of(JmsErrors.codeOf(refused.code()), refused.text()));
        } else if (rare instanceof Frame.SendCredit credit) {
            answers.onCredit(credit.alias(), credit.limitBytes());
        } else if (rare instanceof Frame.Recall recall) {
            listener.onRecall(frame.channel(), recall.consumer(), recall.slot());
        } else if (rare instanceof Frame.Slot slot) {
            listener.onSlot(frame.channel(), slot.consumer(), slot.slot(), slot.assigned());
        } else if (rare instanceof Frame.Permit permit) {
            listener.onPermit(frame.channel(), permit.consumer(), permit.upTo());
        } else if (rare instanceof Frame.ConsumerLost lost) {
            listener.onConsumerLost(
                    frame.channel(), lost.consumer(), JmsErrors.of(JmsErrors.codeOf(lost.code()), lost.text()));
        } else if (rare instanceof Frame.Browsed browsed) {
            onBrowsed(browsed);
        } else if (rare instanceof Frame.GoAway goAway) {
            lastWords = JmsErrors.of(JmsErrors.codeOf(goAway.code()), goAway.text() + " (" + endpoint + ")");
            LOG.log(Level.INFO, endpoint + " is about to close the connection: " + goAway.text());
        } else {
            throw new ProtocolException(ErrorCode.ILLEGAL_FRAME, "A server does not send " + rare.type());
        }
    }

    private void onError(Frame.Failure error) throws JMSException {
        JMSException failure = JmsErrors.of(JmsErrors.codeOf(error.code()), error.text());
        if (error.request() == 0) {
            throw failure;
        }
        answers.onError(error.request(), failure);
    }
}
