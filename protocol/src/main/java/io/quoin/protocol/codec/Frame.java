// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.ProtocolLimits;
import io.quoin.protocol.Resolution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Every frame that is not on the path of each message, as a value. Its fields are those of {@code docs/protocol.md}, in
 * that order; a payload, where there is one, stays in the {@link FrameReader}. The frames of the hot path have flyweights
 * instead: {@link SendFrame}, {@link SentFrame}, {@link DeliverFrame}, {@link AckFrame}, {@link CreditFrame}.
 *
 * <p>Decoding reads exactly the fields that there are and allocates no more than a small multiple of their bytes. One file,
 * because it is one closed table.
 */
public sealed interface Frame {

    FrameType type();

    /** Bits of {@link FrameFlags}. */
    default int flags() {
        return 0;
    }

    /** Appends the fields. */
    void encode(WireBuffer out);

    /** A frame that OK or ERROR answers. */
    sealed interface Request extends Frame {

        /** Chosen by the client, unique among those that it has open, not 0. */
        int request();
    }

    /**
     * Reads the fields of a frame that has been checked.
     *
     * @throws ProtocolException with {@link ErrorCode#BAD_FRAME} if they do not add up
     * @throws IllegalArgumentException for a type that has a flyweight or no fields
     */
    static Frame decode(FrameReader frame) throws ProtocolException {
        FieldReader in = frame.fields();
        Frame decoded = decode(frame, in);
        in.checkEnd();
        return decoded;
    }

    private static Frame decode(FrameReader frame, FieldReader in) throws ProtocolException {
        return switch (frame.type()) {
            case HELLO -> Hello.read(in);
            case AUTH_CHALLENGE -> AuthChallenge.read(in);
            case AUTH -> Auth.read(in);
            case WELCOME -> Welcome.read(in);
            case GOODBYE -> Goodbye.read(in);
            case GOAWAY -> GoAway.read(in);
            case OK -> Ok.read(in);
            case ERROR -> Failure.read(in);
            case CLIENT_ID -> ClientId.read(in);
            case DESTINATION -> Destination.read(in);
            case DELETE_TEMPORARY -> DeleteTemporary.read(in);
            case SESSION_OPEN -> SessionOpen.read(in);
            case SESSION_CLOSE -> SessionClose.read(in);
            case RECOVER -> Recover.read(in);
            case RESUME -> Resume.read(frame.flags(), in);
            case RESTORED -> new Restored();
            case REFUSED -> Refused.read(in);
            case SEND_CREDIT -> SendCredit.read(in);
            case CONSUMER_OPEN -> ConsumerOpen.read(frame.flags(), in);
            case CONSUMER_CLOSE -> ConsumerClose.read(in);
            case DRAIN -> Drain.read(in);
            case RECALL -> Recall.read(in);
            case RETURN -> Return.read(in);
            case HANDING -> Handing.read(in);
            case CONSUMER_LOST -> ConsumerLost.read(in);
            case UNSUBSCRIBE -> Unsubscribe.read(frame.flags(), in);
            case RECLAIM -> Reclaim.read(frame.flags(), in);
            case PERMIT -> Permit.read(in);
            case PERMIT_WANTED -> PermitWanted.read(in);
            case SLOTS_WANTED -> new SlotsWanted(in.i32());
            case SLOT -> Slot.read(in);
            case RESOLVE -> Resolve.read(in);
            case COMMIT -> Commit.read(in);
            case ROLLBACK -> Rollback.read(in);
            case TX_OUTCOME -> TxOutcome.read(in);
            case XA_START -> XaStart.read(in);
            case XA_END -> XaEnd.read(in);
            case XA_PREPARE -> XaPrepare.read(in);
            case XA_COMMIT -> XaCommit.read(in);
            case XA_ROLLBACK -> XaRollback.read(in);
            case XA_FORGET -> XaForget.read(in);
            case XA_RECOVER -> XaRecover.read(in);
            case BROWSE_OPEN -> BrowseOpen.read(in);
            case BROWSE_NEXT -> BrowseNext.read(in);
            case BROWSED -> Browsed.read(in);
            case BROWSE_CLOSE -> BrowseClose.read(in);
            case ADMIN -> Admin.read(in);
            case HEARTBEAT, SEND, SENT, DELIVER, ACK, CREDIT ->
                throw new IllegalArgumentException(frame.type() + " is not read as a value");
        };
    }

    /**
     * The client's first words. {@code connectionId} is chosen at random once and kept across reconnects; {@code resume}
     * asks for what an earlier connection of that id had.
     */
    record Hello(
            int minVersion,
            int maxVersion,
            long capabilities,
            UUID connectionId,
            boolean resume,
            long heartbeatMs,
            long sessionTimeoutMs,
            @Nullable String clientId,
            String clientName,
            String clientVersion)
            implements Frame {
        @Override
        public FrameType type() {
            return FrameType.HELLO;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i64(ProtocolLimits.MAGIC)
                    .u16(minVersion)
                    .u16(maxVersion)
                    .u64(capabilities)
                    .uuid(connectionId)
                    .bool(resume)
                    .u32(heartbeatMs)
                    .u32(sessionTimeoutMs)
                    .string(clientId)
                    .string(clientName)
                    .string(clientVersion);
        }

        private static Hello read(FieldReader in) throws ProtocolException {
            checkMagic(in);
            return new Hello(
                    in.u16(),
                    in.u16(),
                    in.u64(),
                    in.uuid(),
                    in.bool(),
                    in.u32(),
                    in.u32(),
                    in.string(),
                    in.requiredString(),
                    in.requiredString());
        }

        private static void checkMagic(FieldReader in) throws ProtocolException {
            if (in.i64() != ProtocolLimits.MAGIC) {
                throw new ProtocolException(ErrorCode.NOT_QUOIN, "HELLO does not begin as Quoin's does");
            }
        }
    }

    /** The mechanisms to choose from, separated by spaces, or the next step of the one chosen. */
    record AuthChallenge(String mechanism, Bytes data) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.AUTH_CHALLENGE;
        }

        @Override
        public void encode(WireBuffer out) {
            out.string(mechanism).bytes(data);
        }

        private static AuthChallenge read(FieldReader in) throws ProtocolException {
            return new AuthChallenge(in.requiredString(), in.bytes());
        }
    }

    /** A step of the mechanism that the client has chosen. */
    record Auth(String mechanism, Bytes data) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.AUTH;
        }

        @Override
        public void encode(WireBuffer out) {
            out.string(mechanism).bytes(data);
        }

        private static Auth read(FieldReader in) throws ProtocolException {
            return new Auth(in.requiredString(), in.bytes());
        }
    }

    /** The connection is open. {@code bootNumber} rises with each start of the server. */
    record Welcome(
            int version,
            long capabilities,
            UUID clusterId,
            long bootNumber,
            boolean resumed,
            long heartbeatMs,
            long sessionTimeoutMs,
            long maxFrameBytes,
            String serverVersion)
            implements Frame {
        @Override
        public FrameType type() {
            return FrameType.WELCOME;
        }

        @Override
        public void encode(WireBuffer out) {
            out.u16(version)
                    .u64(capabilities)
                    .uuid(clusterId)
                    .u64(bootNumber)
                    .bool(resumed)
                    .u32(heartbeatMs)
                    .u32(sessionTimeoutMs)
                    .u32(maxFrameBytes)
                    .string(serverVersion);
        }

        private static Welcome read(FieldReader in) throws ProtocolException {
            return new Welcome(
                    in.u16(),
                    in.u64(),
                    in.uuid(),
                    in.u64(),
                    in.bool(),
                    in.u32(),
                    in.u32(),
                    in.u32(),
                    in.requiredString());
        }
    }

    /** Closes all sessions in an orderly way, then the connection. */
    record Goodbye(int request) implements Request {
        @Override
        public FrameType type() {
            return FrameType.GOODBYE;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request);
        }

        private static Goodbye read(FieldReader in) throws ProtocolException {
            return new Goodbye(in.request());
        }
    }

    /** The server is about to close; {@code code} is that of an {@link ErrorCode}. */
    record GoAway(int code, String text) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.GOAWAY;
        }

        @Override
        public void encode(WireBuffer out) {
            out.u16(code).string(text);
        }

        private static GoAway read(FieldReader in) throws ProtocolException {
            return new GoAway(in.u16(), in.requiredString());
        }
    }

    /** The good answer to a request; what {@code result} holds depends on the request, see {@link Result}. */
    record Ok(int request, Bytes result) implements Request {
        @Override
        public FrameType type() {
            return FrameType.OK;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).raw(result.array());
        }

        private static Ok read(FieldReader in) throws ProtocolException {
            return new Ok(in.request(), in.rest());
        }
    }

    /** The bad answer to a request, or with request 0 the end of the connection. */
    record Failure(int request, int code, String text) implements Frame {
        public Failure {
            text = text.substring(0, Math.min(text.length(), ProtocolLimits.MAX_ERROR_TEXT_LENGTH));
        }

        @Override
        public FrameType type() {
            return FrameType.ERROR;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).u16(code).string(text);
        }

        private static Failure read(FieldReader in) throws ProtocolException {
            return new Failure(in.i32(), in.u16(), in.requiredString());
        }
    }

    /** Sets the client id of a connection that has none. */
    record ClientId(int request, String clientId) implements Request {
        @Override
        public FrameType type() {
            return FrameType.CLIENT_ID;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).string(clientId);
        }

        private static ClientId read(FieldReader in) throws ProtocolException {
            return new ClientId(in.request(), in.requiredString());
        }
    }

    /** Binds an alias to a destination; a temporary one is created. */
    record Destination(
            int alias,
            DestinationKind kind,
            String name,
            @Nullable String options) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.DESTINATION;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(alias).u8(kind.code()).string(name).string(options);
        }

        private static Destination read(FieldReader in) throws ProtocolException {
            return new Destination(in.i32(), DestinationKind.of(in.u8()), in.requiredString(), in.string());
        }
    }

    /** Deletes a temporary destination of this connection. */
    record DeleteTemporary(int request, int alias) implements Request {
        @Override
        public FrameType type() {
            return FrameType.DELETE_TEMPORARY;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).i32(alias);
        }

        private static DeleteTemporary read(FieldReader in) throws ProtocolException {
            return new DeleteTemporary(in.request(), in.i32());
        }
    }

    /** Opens the session that is the frame's channel. */
    record SessionOpen(AcknowledgeMode acknowledgeMode) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.SESSION_OPEN;
        }

        @Override
        public void encode(WireBuffer out) {
            out.u8(acknowledgeMode.code());
        }

        private static SessionOpen read(FieldReader in) throws ProtocolException {
            return new SessionOpen(AcknowledgeMode.of(in.u8()));
        }
    }

    /** Closes a session and rolls its local transaction back. */
    record SessionClose(int request, List<Handed> handed) implements Request {
        @Override
        public FrameType type() {
            return FrameType.SESSION_CLOSE;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request);
            Handed.encode(out, handed);
        }

        private static SessionClose read(FieldReader in) throws ProtocolException {
            return new SessionClose(in.request(), Handed.decode(in));
        }
    }

    /** Puts everything back that the session has not acknowledged. */
    record Recover(int request, List<Handed> handed) implements Request {
        @Override
        public FrameType type() {
            return FrameType.RECOVER;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request);
            Handed.encode(out, handed);
        }

        private static Recover read(FieldReader in) throws ProtocolException {
            return new Recover(in.request(), Handed.decode(in));
        }
    }

    /** The client has opened anew all that the server had forgotten, and named all that its application holds. */
    record Restored() implements Frame {
        @Override
        public FrameType type() {
            return FrameType.RESTORED;
        }

        @Override
        public void encode(WireBuffer out) {
            // Its coming is all that it says.
        }
    }

    /**
     * Goes on with a session of an earlier connection of the same id.
     *
     * @param hasMore whether another one follows, which names more of its consumers: one frame cannot name any number
     */
    record Resume(int request, boolean hasMore, AcknowledgeMode acknowledgeMode, List<Held> consumers)
            implements Request {
        @Override
        public FrameType type() {
            return FrameType.RESUME;
        }

        @Override
        public int flags() {
            return hasMore ? FrameFlags.RESUME_MORE : 0;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).u8(acknowledgeMode.code());
            Held.encode(out, consumers);
        }

        private static Resume read(int flags, FieldReader in) throws ProtocolException {
            boolean hasMore = (flags & FrameFlags.RESUME_MORE) != 0;
            return new Resume(in.request(), hasMore, AcknowledgeMode.of(in.u8()), Held.decode(in));
        }
    }

    /**
     * A consumer that was opened anew, and that has no credit yet, goes on where an earlier one had got to.
     *
     * @param bootNumber of the server that had delivered the messages
     * @param isLast whether nothing else that the earlier consumer was permitted has been handed out
     * @param source as the earlier consumer was told when it was opened
     * @param received the highest tag that is used up: the next delivery has the one after it
     * @param messages what the application holds, by rising tags
     */
    record Reclaim(
            int request, boolean isLast, int consumer, long bootNumber, int source, long received, List<Claim> messages)
            implements Request {
        @Override
        public FrameType type() {
            return FrameType.RECLAIM;
        }

        @Override
        public int flags() {
            return isLast ? FrameFlags.RECLAIM_LAST : 0;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request)
                    .i32(consumer)
                    .u64(bootNumber)
                    .i32(source)
                    .u64(received)
                    .u16(messages.size());
            for (Claim one : messages) {
                one.encode(out);
            }
        }

        private static Reclaim read(int flags, FieldReader in) throws ProtocolException {
            boolean isLast = (flags & FrameFlags.RECLAIM_LAST) != 0;
            return new Reclaim(in.request(), isLast, in.i32(), in.u64(), in.i32(), in.u64(), claims(in));
        }

        private static List<Claim> claims(FieldReader in) throws ProtocolException {
            int count = in.count(Claim.BYTES);
            List<Claim> claims = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                claims.add(Claim.read(in));
            }
            return Collections.unmodifiableList(claims);
        }
    }

    /**
     * A message that the application holds.
     *
     * @param tag that it was delivered with
     * @param arrival its number in its queue or subscription
     * @param acknowledged whether an acknowledgement of it may have arrived already; if none has and it is gone, somebody else
     *     has finished it
     */
    record Claim(long tag, int priority, long arrival, boolean acknowledged) {

        private static final int BYTES = 17;
        private static final int ACKNOWLEDGED = 0x80;

        /** One that was acknowledged with certainty by nobody yet. */
        public Claim(long tag, int priority, long arrival) {
            this(tag, priority, arrival, false);
        }

        private void encode(WireBuffer out) {
            out.u64(tag).u8(priority | (acknowledged ? ACKNOWLEDGED : 0)).i64(arrival);
        }

        private static Claim read(FieldReader in) throws ProtocolException {
            long tag = in.u64();
            int priority = in.u8();
            return new Claim(tag, priority & ~ACKNOWLEDGED, in.i64(), (priority & ACKNOWLEDGED) != 0);
        }
    }

    /** A send was not stored; precedes the SENT that covers it. */
    record Refused(long sequence, int code, String text) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.REFUSED;
        }

        @Override
        public void encode(WireBuffer out) {
            out.u64(sequence).u16(code).string(text);
        }

        private static Refused read(FieldReader in) throws ProtocolException {
            return new Refused(in.u64(), in.u16(), in.requiredString());
        }
    }

    /** How many bytes of messages this connection may have sent to the alias, in total. */
    record SendCredit(int alias, long limitBytes) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.SEND_CREDIT;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(alias).u64(limitBytes);
        }

        private static SendCredit read(FieldReader in) throws ProtocolException {
            return new SendCredit(in.i32(), in.u64());
        }
    }

    /** Opens a consumer with its first credit. */
    record ConsumerOpen(
            int request,
            int flags,
            int consumer,
            int alias,
            @Nullable String subscription,
            @Nullable String selector,
            int priority,
            long limitMessages,
            long limitBytes)
            implements Request {

        /** A consumer of the usual priority. */
        public ConsumerOpen(
                int request,
                int flags,
                int consumer,
                int alias,
                @Nullable String subscription,
                @Nullable String selector,
                long limitMessages,
                long limitBytes) {
            this(request, flags, consumer, alias, subscription, selector, 0, limitMessages, limitBytes);
        }

        @Override
        public FrameType type() {
            return FrameType.CONSUMER_OPEN;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request)
                    .i32(consumer)
                    .i32(alias)
                    .string(subscription)
                    .string(selector)
                    .u8(priority)
                    .u64(limitMessages)
                    .u64(limitBytes);
        }

        private static ConsumerOpen read(int flags, FieldReader in) throws ProtocolException {
            return new ConsumerOpen(
                    in.request(), flags, in.i32(), in.i32(), in.string(), in.string(), in.u8(), in.u64(), in.u64());
        }
    }

    /** Closes a consumer; what it has handed out stays the session's. */
    record ConsumerClose(int request, int consumer, long handedOut) implements Request {
        @Override
        public FrameType type() {
            return FrameType.CONSUMER_CLOSE;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).i32(consumer).u64(handedOut);
        }

        private static ConsumerClose read(FieldReader in) throws ProtocolException {
            return new ConsumerClose(in.request(), in.i32(), in.u64());
        }
    }

    /** Asks for what there is within the credit, and for an answer when there is no more. */
    record Drain(int request, int consumer) implements Request {
        @Override
        public FrameType type() {
            return FrameType.DRAIN;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).i32(consumer);
        }

        private static Drain read(FieldReader in) throws ProtocolException {
            return new Drain(in.request(), in.i32());
        }
    }

    /** The server wants back what the application has not seen, of one slot or of {@link #ALL_SLOTS}. */
    record Recall(int consumer, int slot) implements Frame {
        public static final int ALL_SLOTS = -1;

        @Override
        public FrameType type() {
            return FrameType.RECALL;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(consumer).i32(slot);
        }

        private static Recall read(FieldReader in) throws ProtocolException {
            return new Recall(in.i32(), in.i32());
        }
    }

    /** Gives back deliveries {@code first} to {@code last} that the application has not seen. */
    record Return(int consumer, long handedOut, long first, long last) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.RETURN;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(consumer).u64(handedOut).u64(first).u64(last);
        }

        private static Return read(FieldReader in) throws ProtocolException {
            return new Return(in.i32(), in.u64(), in.u64(), in.u64());
        }
    }

    /**
     * Messages that are already redelivered are about to be given to the application: until that hand names others, they are
     * what it has.
     *
     * @param hand the session whose listener or receive it is, which of a connection consumer is another one than the channel's
     */
    record Handing(int consumer, int hand, List<Long> tags) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.HANDING;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(consumer).i32(hand).u16(tags.size());
            tags.forEach(out::u64);
        }

        private static Handing read(FieldReader in) throws ProtocolException {
            return new Handing(in.i32(), in.i32(), tags(in));
        }

        private static List<Long> tags(FieldReader in) throws ProtocolException {
            int count = in.count(Long.BYTES);
            List<Long> tags = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                tags.add(in.u64());
            }
            return Collections.unmodifiableList(tags);
        }
    }

    /** Deliveries of a consumer with strict delivery up to that tag may be handed to the application. */
    record Permit(int consumer, long upTo) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.PERMIT;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(consumer).u64(upTo);
        }

        private static Permit read(FieldReader in) throws ProtocolException {
            return new Permit(in.i32(), in.u64());
        }
    }

    /** The application wants a message, and has all that was permitted so far up to {@code handedOut} in hand. */
    record PermitWanted(int consumer, long handedOut) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.PERMIT_WANTED;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(consumer).u64(handedOut);
        }

        private static PermitWanted read(FieldReader in) throws ProtocolException {
            return new PermitWanted(in.i32(), in.u64());
        }
    }

    /** The client wants to hear which slots of message groups have their home at a consumer, from now on. */
    record SlotsWanted(int consumer) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.SLOTS_WANTED;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(consumer);
        }
    }

    /** A slot of message groups has its home at a consumer now, or not any more. */
    record Slot(int consumer, int slot, boolean assigned) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.SLOT;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(consumer).i32(slot).u8(assigned ? 1 : 0);
        }

        private static Slot read(FieldReader in) throws ProtocolException {
            return new Slot(in.i32(), in.i32(), in.bool());
        }
    }

    /** Decides a message in doubt of the consumer's queue or subscription, named by what its id is made of. */
    record Resolve(int request, int consumer, UUID connectionId, long sequence, Resolution resolution)
            implements Request {
        @Override
        public FrameType type() {
            return FrameType.RESOLVE;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).i32(consumer).uuid(connectionId).u64(sequence).u8(resolution.code());
        }

        private static Resolve read(FieldReader in) throws ProtocolException {
            return new Resolve(in.request(), in.i32(), in.uuid(), in.u64(), Resolution.of(in.u8()));
        }
    }

    /** The server has closed the consumer. */
    record ConsumerLost(int consumer, int code, String text) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.CONSUMER_LOST;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(consumer).u16(code).string(text);
        }

        private static ConsumerLost read(FieldReader in) throws ProtocolException {
            return new ConsumerLost(in.i32(), in.u16(), in.requiredString());
        }
    }

    /** Deletes a durable subscription. */
    record Unsubscribe(int request, int flags, String name) implements Request {
        @Override
        public FrameType type() {
            return FrameType.UNSUBSCRIBE;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).string(name);
        }

        private static Unsubscribe read(int flags, FieldReader in) throws ProtocolException {
            return new Unsubscribe(in.request(), flags, in.requiredString());
        }
    }

    /** Commits the session's local transaction of that number. */
    record Commit(int request, long transaction, List<Handed> handed) implements Request {
        @Override
        public FrameType type() {
            return FrameType.COMMIT;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).u64(transaction);
            Handed.encode(out, handed);
        }

        private static Commit read(FieldReader in) throws ProtocolException {
            return new Commit(in.request(), in.u64(), Handed.decode(in));
        }
    }

    /** Rolls it back. */
    record Rollback(int request, long transaction, List<Handed> handed) implements Request {
        @Override
        public FrameType type() {
            return FrameType.ROLLBACK;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).u64(transaction);
            Handed.encode(out, handed);
        }

        private static Rollback read(FieldReader in) throws ProtocolException {
            return new Rollback(in.request(), in.u64(), Handed.decode(in));
        }
    }

    /** Asks what became of a local transaction of that connection id. */
    record TxOutcome(int request, UUID connectionId, long transaction) implements Request {
        @Override
        public FrameType type() {
            return FrameType.TX_OUTCOME;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).uuid(connectionId).u64(transaction);
        }

        private static TxOutcome read(FieldReader in) throws ProtocolException {
            return new TxOutcome(in.request(), in.uuid(), in.u64());
        }
    }

    /** Associates the session with a branch. {@code flags} are those of {@code XAResource}; {@code timeoutMs} 0 means the server's. */
    record XaStart(int request, Xid xid, int xaFlags, long timeoutMs) implements Request {
        @Override
        public FrameType type() {
            return FrameType.XA_START;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request);
            xid.encode(out);
            out.i32(xaFlags).u32(timeoutMs);
        }

        private static XaStart read(FieldReader in) throws ProtocolException {
            return new XaStart(in.request(), Xid.decode(in), in.i32(), in.u32());
        }
    }

    /** Ends the association. */
    record XaEnd(int request, Xid xid, int xaFlags, List<Handed> handed) implements Request {
        @Override
        public FrameType type() {
            return FrameType.XA_END;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request);
            xid.encode(out);
            out.i32(xaFlags);
            Handed.encode(out, handed);
        }

        private static XaEnd read(FieldReader in) throws ProtocolException {
            return new XaEnd(in.request(), Xid.decode(in), in.i32(), Handed.decode(in));
        }
    }

    /** The first phase. */
    record XaPrepare(int request, Xid xid) implements Request {
        @Override
        public FrameType type() {
            return FrameType.XA_PREPARE;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request);
            xid.encode(out);
        }

        private static XaPrepare read(FieldReader in) throws ProtocolException {
            return new XaPrepare(in.request(), Xid.decode(in));
        }
    }

    /**
     * The second phase, or both in one.
     *
     * @param transaction the number, among the connection's transactions, under which the outcome of both in one can be asked
     */
    record XaCommit(int request, Xid xid, boolean onePhase, long transaction) implements Request {
        @Override
        public FrameType type() {
            return FrameType.XA_COMMIT;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request);
            xid.encode(out);
            out.bool(onePhase).u64(transaction);
        }

        private static XaCommit read(FieldReader in) throws ProtocolException {
            return new XaCommit(in.request(), Xid.decode(in), in.bool(), in.u64());
        }
    }

    /** Rolls a branch back. */
    record XaRollback(int request, Xid xid) implements Request {
        @Override
        public FrameType type() {
            return FrameType.XA_ROLLBACK;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request);
            xid.encode(out);
        }

        private static XaRollback read(FieldReader in) throws ProtocolException {
            return new XaRollback(in.request(), Xid.decode(in));
        }
    }

    /** Forgets a branch that was completed by an administrator. */
    record XaForget(int request, Xid xid) implements Request {
        @Override
        public FrameType type() {
            return FrameType.XA_FORGET;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request);
            xid.encode(out);
        }

        private static XaForget read(FieldReader in) throws ProtocolException {
            return new XaForget(in.request(), Xid.decode(in));
        }
    }

    /** Asks for branches that are prepared, or were decided by an administrator; {@code after} 0, or as the last answer says. */
    record XaRecover(int request, long after) implements Request {
        @Override
        public FrameType type() {
            return FrameType.XA_RECOVER;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).u64(after);
        }

        private static XaRecover read(FieldReader in) throws ProtocolException {
            return new XaRecover(in.request(), in.u64());
        }
    }

    /** Opens a browser. */
    record BrowseOpen(
            int request, int browser, int alias, @Nullable String selector) implements Request {
        @Override
        public FrameType type() {
            return FrameType.BROWSE_OPEN;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).i32(browser).i32(alias).string(selector);
        }

        private static BrowseOpen read(FieldReader in) throws ProtocolException {
            return new BrowseOpen(in.request(), in.i32(), in.i32(), in.string());
        }
    }

    /** Asks for so many messages. */
    record BrowseNext(int request, int browser, long maxMessages) implements Request {
        @Override
        public FrameType type() {
            return FrameType.BROWSE_NEXT;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).i32(browser).u32(maxMessages);
        }

        private static BrowseNext read(FieldReader in) throws ProtocolException {
            return new BrowseNext(in.request(), in.i32(), in.u32());
        }
    }

    /** A message that waits, as payload; {@code remainingMs} 0 means that it never expires. */
    record Browsed(int browser, long deliveryCount, long remainingMs, List<NamedValue> annotations) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.BROWSED;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(browser).u32(deliveryCount).u64(remainingMs).u8(annotations.size());
            NamedValue.encodeAll(out, annotations);
        }

        private static Browsed read(FieldReader in) throws ProtocolException {
            return new Browsed(
                    in.i32(), in.u32(), in.u64(), NamedValue.decodeAll(in, in.smallCount(NamedValue.MIN_BYTES)));
        }
    }

    /** Closes a browser. */
    record BrowseClose(int browser) implements Frame {
        @Override
        public FrameType type() {
            return FrameType.BROWSE_CLOSE;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(browser);
        }

        private static BrowseClose read(FieldReader in) throws ProtocolException {
            return new BrowseClose(in.i32());
        }
    }

    /** An administration verb with its arguments; answered by an OK with a payload. */
    record Admin(int request, String verb, List<NamedValue> arguments) implements Request {
        @Override
        public FrameType type() {
            return FrameType.ADMIN;
        }

        @Override
        public void encode(WireBuffer out) {
            out.i32(request).string(verb).u16(arguments.size());
            NamedValue.encodeAll(out, arguments);
        }

        private static Admin read(FieldReader in) throws ProtocolException {
            return new Admin(
                    in.request(), in.requiredString(), NamedValue.decodeAll(in, in.count(NamedValue.MIN_BYTES)));
        }
    }

    /** What a client that resumes a session has of a consumer: all tags up to {@code received} have arrived. */
    record Held(int consumer, long received, long handedOut) {

        private static final int BYTES = 20;

        private static void encode(WireBuffer out, List<Held> held) {
            out.u16(held.size());
            for (Held one : held) {
                out.i32(one.consumer).u64(one.received).u64(one.handedOut);
            }
        }

        private static List<Held> decode(FieldReader in) throws ProtocolException {
            int count = in.count(BYTES);
            List<Held> held = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                held.add(new Held(in.i32(), in.u64(), in.u64()));
            }
            return Collections.unmodifiableList(held);
        }
    }
}
