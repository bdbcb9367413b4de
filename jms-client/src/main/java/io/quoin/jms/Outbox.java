// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.Channel;
import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Route;
import io.quoin.jms.channel.Send;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.message.ForeignMessages;
import io.quoin.jms.message.MessageContext;
import io.quoin.jms.message.MessageEncoder;
import io.quoin.jms.message.PropertyNames;
import io.quoin.jms.message.QuoinMessage;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.message.MessageWriter;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of a session. A persistent message waits for the server unless the session is transacted or a
 * completion listener waits instead; the first message to a destination waits always, and so does the first after a
 * refusal. Other refusals are thrown by the next send, commit or close.
 *
 * <p>Thread: any; sends of one thread are written in order.
 */
final class Outbox {

    private final Channel channel;
    private final Routes routes;
    private final int session;
    private final BooleanSupplier transactions;
    private final TransactionName transactionName;
    private final long sendTimeoutMs;
    private final MessageContext context;
    private final Completions completions;
    private final Map<QuoinDestination, Path> paths = new ConcurrentHashMap<>();
    /** The encoder, while nobody uses it: a session is meant for one thread, and more of them only cost an encoder each. */
    private final AtomicReference<@Nullable MessageEncoder> idleEncoder = new AtomicReference<>(new MessageEncoder());
    /** Why a send was refused that nobody waited for. */
    private final AtomicReference<@Nullable JMSException> refusal = new AtomicReference<>();

    /** Whether something was sent in the open transaction. */
    private volatile boolean hasTransaction;

    Outbox(
            Channel channel,
            Routes routes,
            int session,
            BooleanSupplier transactions,
            TransactionName transactionName,
            long sendTimeoutMs,
            MessageContext context,
            Completions completions) {
        this.channel = channel;
        this.routes = routes;
        this.session = session;
        this.transactions = transactions;
        this.transactionName = transactionName;
        this.sendTimeoutMs = sendTimeoutMs;
        this.context = context;
        this.completions = completions;
    }

    /** Introduces destinations to the server. */
    @FunctionalInterface
    interface Routes {

        /**
         * The route to a destination.
         *
         * @throws JMSException if it was deleted, or the connection is lost
         */
        Route route(QuoinDestination destination) throws JMSException;
    }

    /** What messages that are sent now say of their transaction. */
    @FunctionalInterface
    interface TransactionName {

        /** The name, or null outside a transaction or where nobody wants to know. */
        @Nullable
        String get();
    }

    /** How a producer wants its message sent. */
    record Options(
            int deliveryMode,
            int priority,
            long timeToLiveMs,
            long delayMs,
            boolean idDisabled,
            boolean timestampDisabled) {}

    private static final int NEVER = -1;

    /** A destination to which this session has sent. */
    private final class Path {

        private final Route route;
        /** At which number of revocations the server has last taken a message of this session. */
        private volatile int confirmedAt = NEVER;
        /** Whether the server has told this session that the destination takes messages, or would if it were not full. */
        private volatile boolean isKnown;

        Path(Route route) {
            this.route = route;
        }

        @Override
        public String toString() {
            return "send a message to " + route.destination() + " at " + channel.address()
                    + " (it may have been stored)";
        }
    }

    /**
     * Sends a message and sets its header fields.
     *
     * @param listener null for a synchronous send
     */
    void send(
            QuoinDestination destination,
            @Nullable Message message,
            Options options,
            @Nullable CompletionListener listener)
            throws JMSException {
        long calledNs = System.nanoTime();
        throwRefusal();
        QuoinMessage own = ForeignMessages.own(message, context);
        setProperties(own);
        MessageEncoder.SendHeaders headers = headers(destination, options);
        setHeaders(own, headers);
        Path path = path(destination);
        Outgoing send;
        do {
            send = trySend(path, own, message, headers, options, listener, calledNs);
        } while (send == null);
        if (send.foreign != null && listener == null) {
            send.copyHeadersBack();
        }
    }

    /**
     * Sends a message once.
     *
     * @return null if there was no room for it after all, which this session waits for with the next try
     */
    private @Nullable Outgoing trySend(
            Path path,
            QuoinMessage own,
            @Nullable Message message,
            MessageEncoder.SendHeaders headers,
            Options options,
            @Nullable CompletionListener listener,
            long calledNs)
            throws JMSException {
        boolean persistent = headers.persistent();
        boolean known = path.isKnown;
        int revocations = path.route.revocations();
        boolean first = path.confirmedAt != revocations;
        boolean transacted = transactions.getAsBoolean();
        boolean waiting = first || (listener == null && persistent && !transacted);
        int flags = (persistent ? FrameFlags.SEND_PERSISTENT : 0)
                | (waiting ? FrameFlags.SEND_WAITING : 0)
                | (transacted ? FrameFlags.SEND_TRANSACTED : 0);
        Outgoing send = new Outgoing(path.route, flags, options, calledNs, own);
        if (message != null && message != own) {
            send.foreign = message;
        }
        send.listener = listener;
        send.awaited = waiting;
        hasTransaction = transacted;
        // Where a send was refused for want of room, credit was withdrawn with it and comes again when there is some.
        boolean needsCredit = !first || (known && path.route.isFull());
        write(send, headers, needsCredit, waiting ? Flush.NOW : Flush.SOON);
        if (waiting) {
            try {
                awaitOutcome(send, path, revocations);
            } catch (JMSException e) {
                boolean full = ErrorCode.QUEUE_FULL.code().equals(e.getErrorCode());
                path.isKnown |= full;
                if (full && known && System.nanoTime() - calledNs < TimeUnit.MILLISECONDS.toNanos(sendTimeoutMs)) {
                    return null;
                }
                throw e;
            }
        }
        return send;
    }

    private void awaitOutcome(Outgoing send, Path path, int revocations) throws JMSException {
        try {
            send.await(sendTimeoutMs, ErrorCode.SEND_TIMEOUT, path);
        } catch (JMSException e) {
            if (send.abandon()) {
                send.giveUp();
                throw e;
            }
            awaitSettled(send, path); // The outcome is known, or came at this moment: it counts.
        }
        path.confirmedAt = revocations;
        path.isKnown = true;
    }

    private void awaitSettled(Outgoing send, Path path) throws JMSException {
        try {
            send.await(sendTimeoutMs, ErrorCode.SEND_TIMEOUT, path);
        } catch (JMSException e) {
            send.giveUp();
            throw e;
        }
    }

    private MessageEncoder.SendHeaders headers(QuoinDestination destination, Options options) {
        long nowMs = System.currentTimeMillis();
        return new MessageEncoder.SendHeaders(
                channel.connectionId(),
                destination,
                options.deliveryMode == DeliveryMode.PERSISTENT,
                options.priority,
                options.timestampDisabled ? 0 : nowMs,
                options.timeToLiveMs == 0 ? 0 : saturatedSum(nowMs, options.timeToLiveMs),
                saturatedSum(nowMs, options.delayMs),
                options.idDisabled,
                options.timestampDisabled);
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static void setHeaders(Message message, MessageEncoder.SendHeaders headers) throws JMSException {
        message.setJMSDestination(headers.destination());
        message.setJMSDeliveryMode(headers.persistent() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
        message.setJMSPriority(headers.priority());
        message.setJMSTimestamp(headers.timestampMs());
        message.setJMSExpiration(headers.expirationMs());
        message.setJMSDeliveryTime(headers.deliveryTimeMs());
    }

    /** What the provider says in properties, in place of what an earlier sender of the same message has said. */
    private void setProperties(QuoinMessage message) throws JMSException {
        if (context.applicationId() != null) {
            message.setProvided(PropertyNames.APPLICATION_ID, context.applicationId());
        }
        if (channel.user() != null) {
            message.setProvided(PropertyNames.USER_ID, channel.user());
        }
        if (context.transactionIds()) {
            message.setProvided(PropertyNames.PRODUCER_TRANSACTION, transactionName.get());
        }
    }

    private Path path(QuoinDestination destination) throws JMSException {
        Path path = paths.get(destination);
        if (path == null || !Objects.equals(path.route.destination().options(), destination.options())) {
            path = new Path(routes.route(destination));
            paths.put(destination, path);
        }
        return path;
    }

    private void write(Outgoing send, MessageEncoder.SendHeaders headers, boolean needsCredit, Flush flush)
            throws JMSException {
        MessageEncoder encoder = idleEncoder.getAndSet(null);
        if (encoder == null) {
            encoder = new MessageEncoder();
        }
        boolean expected = send.listener != null;
        if (expected) {
            completions.expect();
        }
        try {
            MessageWriter encoded = encoder.encode(send.message, headers);
            if (encoded.length() > channel.maxMessageBytes()) {
                throw JmsErrors.of(
                        ErrorCode.MESSAGE_TOO_LARGE,
                        "The message for " + headers.destination() + " has " + encoded.length() + " bytes, and "
                                + channel.address() + " takes " + channel.maxMessageBytes());
            }
            channel.send(send, encoded, needsCredit, flush);
            expected = false;
        } finally {
            if (expected) {
                completions.cancel();
            }
            idleEncoder.set(encoder);
        }
    }

    /** Throws what the server said of a send that nobody waited for. */
    void throwRefusal() throws JMSException {
        if (refusal.get() != null) {
            JMSException why = refusal.getAndSet(null);
            if (why != null) {
                throw JmsErrors.again(why);
            }
        }
    }

    /** What the server said of a send that nobody waited for, once. */
    @Nullable
    JMSException takeRefusal() {
        return refusal.getAndSet(null);
    }

    /** Whether something was sent in the open transaction. */
    boolean hasTransaction() {
        return hasTransaction;
    }

    /** What is sent from now on belongs to another transaction. */
    void transactionEnded() {
        hasTransaction = false;
    }

    /** A temporary destination has been deleted. */
    void forget(QuoinDestination destination) {
        paths.remove(destination);
    }

    /** A send of this session. */
    private final class Outgoing extends Send {

        private final QuoinMessage message;
        private @Nullable Message foreign;
        private @Nullable CompletionListener listener;
        private final boolean idDisabled;
        /** The caller waits for the outcome, with or without a listener. */
        private boolean awaited;
        /** Who tells the application is decided. */
        private boolean concluded;

        Outgoing(Route route, int flags, Options options, long calledNs, QuoinMessage message) {
            super(session, route, flags, options.timeToLiveMs, options.delayMs, calledNs);
            this.message = message;
            this.idDisabled = options.idDisabled;
        }

        @Override
        public void onSequence(long number) {
            super.onSequence(number);
            if (idDisabled) {
                message.setJMSMessageID(null);
            } else {
                message.setMessageId(
                        channel.connectionId().getMostSignificantBits(),
                        channel.connectionId().getLeastSignificantBits(),
                        number);
            }
        }

        /** The caller waits no longer and gets an exception; false if the outcome is known. */
        boolean abandon() {
            return listener == null || conclude();
        }

        /** True for the first: the outcome, or the caller who waits no longer for it and whose listener must not be told. */
        private synchronized boolean conclude() {
            boolean isFirst = !concluded;
            concluded = true;
            return isFirst;
        }

        @Override
        protected void onSettled(@Nullable JMSException failure) {
            CompletionListener callback = listener;
            if (callback != null) {
                boolean thrown = !conclude() || (awaited && failure != null);
                JMSException told = failure == null && isGivenUp() ? lost() : failure;
                completions.settle(thrown ? () -> {} : () -> complete(callback, told));
            } else if (failure != null && !awaited) {
                refusal.compareAndSet(null, failure);
            }
        }

        /** The link was lost before its answer, and it is not written again: the server cannot have it any more. */
        private JMSException lost() {
            return JmsErrors.of(
                    ErrorCode.CONNECTION_LOST,
                    "The message for " + route().destination() + " is lost: " + channel.address()
                            + " was started anew, or has forgotten the transaction, before it had answered");
        }

        private void complete(CompletionListener callback, @Nullable JMSException failure) {
            Message told = foreign == null ? message : foreign;
            JMSException problem = failure;
            try {
                copyHeadersBack();
                if (told instanceof BytesMessage bytes) {
                    bytes.reset(); // So that the listener can read it (Javadoc of BytesMessage).
                }
            } catch (JMSException e) {
                problem = problem == null ? e : problem;
            }
            if (problem == null) {
                callback.onCompletion(told);
            } else {
                callback.onException(told, problem);
            }
        }

        /** Shows on the application's own message what the provider has set (Messaging 3.1 §3.12). */
        private void copyHeadersBack() throws JMSException {
            Message to = foreign;
            if (to == null) {
                return;
            }
            to.setJMSDestination(message.getJMSDestination());
            to.setJMSDeliveryMode(message.getJMSDeliveryMode());
            to.setJMSPriority(message.getJMSPriority());
            to.setJMSTimestamp(message.getJMSTimestamp());
            to.setJMSExpiration(message.getJMSExpiration());
            to.setJMSDeliveryTime(message.getJMSDeliveryTime());
            to.setJMSMessageID(message.getJMSMessageID());
        }
    }
}
