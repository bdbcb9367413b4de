// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.FrameFlags;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.Resolution;
import io.quoin.protocol.TransactionOutcome;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An example of every frame, with every kind of field filled, as bytes. */
final class Samples {

    private static final UUID ID = new UUID(0x0011223344556677L, 0x8899AABBCCDDEEFFL);
    private static final Xid XID = new Xid(-7, Bytes.of((byte) 1, (byte) 2), Bytes.of((byte) 3));
    private static final List<Handed> HANDED = List.of(new Handed(1, 20), new Handed(2, 0));
    private static final List<NamedValue> NAMED = List.of(new NamedValue("name", "value"), new NamedValue("ä", ""));

    private Samples() {}

    /** By a name that begins with the type's. */
    static Map<String, byte[]> all() {
        Map<String, byte[]> samples = new LinkedHashMap<>();
        values().forEach((name, frame) -> samples.put(name, bytes(writer -> write(writer, frame))));
        samples.put("HEARTBEAT", bytes(FrameWriter::heartbeat));
        samples.put("SEND", bytes(writer -> {
            int flags = FrameFlags.SEND_PERSISTENT | FrameFlags.SEND_WAITING;
            SendFrame.begin(writer, 3, flags, 7, 5, 1_000, 2_000, 3);
            writer.endWithPayload(block());
        }));
        samples.put("SENT", bytes(writer -> SentFrame.write(writer, 7)));
        samples.put("DELIVER", bytes(writer -> {
            DeliverFrame.begin(writer, 3, FrameFlags.DELIVER_REDELIVERED, 4, 5, 6, 7_000, 8, List.of());
            writer.endWithPayload(block());
        }));
        samples.put("DELIVER annotated", bytes(writer -> {
            DeliverFrame.begin(writer, 3, FrameFlags.DELIVER_GROUP_FIRST, 4, 5, 1, 0, -8, NAMED);
            writer.endWithPayload(block());
        }));
        samples.put("ACK", bytes(writer -> {
            AckFrame.begin(writer, 3, FrameFlags.ACK_TRANSACTED, 0, 4, 9, AckOutcome.REJECTED, 2)
                    .u64(1)
                    .u64(3)
                    .u64(5)
                    .u64(5);
            writer.end();
        }));
        samples.put("CREDIT", bytes(writer -> CreditFrame.write(writer, 3, 4, 1_000, 1L << 40, 17)));
        return samples;
    }

    /** Those that are read as values. */
    static Map<String, Frame> values() {
        Map<String, Frame> values = new LinkedHashMap<>();
        for (Frame frame : frames()) {
            String name = frame.type().name();
            values.put(values.containsKey(name) ? name + " " + values.size() : name, frame);
        }
        return values;
    }

    private static List<Frame> frames() {
        return List.of(
                new Frame.Hello(1, 2, 3, ID, true, 15_000, 35_000, "client", "name", "1.0"),
                new Frame.Hello(1, 1, 0, ID, false, 15_000, 35_000, null, "", ""),
                new Frame.AuthChallenge("PLAIN EXTERNAL", Bytes.EMPTY),
                new Frame.Auth("PLAIN", Bytes.of((byte) 0, (byte) 'a', (byte) 0, (byte) 'b')),
                new Frame.Welcome(1, 0, ID, 4, true, 15_000, 35_000, 1_179_648, "0.1.0"),
                new Frame.Goodbye(5),
                new Frame.GoAway(1012, "The server is stopping."),
                Result.none(6),
                new Result.Resumed(List.of(new Result.Kept(1, 2), new Result.Kept(3, 0))).to(7),
                new Result.Drained(8).to(8),
                new Result.Outcome(TransactionOutcome.COMMITTED).to(9),
                new Result.XaDone(-4).to(10),
                new Result.XaRecovered(7, List.of(XID, XID)).to(11),
                new Result.BrowsedSoFar(true).to(12),
                new Frame.Failure(0, 1005, "Ein Fehler: ä"),
                new Frame.ClientId(13, "client"),
                new Frame.Destination(14, DestinationKind.TOPIC, "news", "groupSlots=1024"),
                new Frame.Destination(14, DestinationKind.TEMPORARY_QUEUE, "$quoin.temp.1", null),
                new Frame.DeleteTemporary(15, 14),
                new Frame.SessionOpen(AcknowledgeMode.INDIVIDUAL),
                new Frame.SessionClose(16, HANDED),
                new Frame.Recover(17, List.of()),
                new Frame.Restored(),
                new Frame.Resume(18, false, AcknowledgeMode.CLIENT, List.of(new Frame.Held(1, 30, 20))),
                new Frame.Refused(19, 4001, "The queue is full."),
                new Frame.SendCredit(14, 1L << 40),
                new Frame.ConsumerOpen(20, FrameFlags.CONSUMER_DURABLE, 1, 14, "sub", "a = 1", 5, 1_000, 1 << 20),
                new Frame.ConsumerOpen(21, 0, 2, 14, null, null, 0, 0),
                new Frame.ConsumerClose(22, 1, 20),
                new Frame.Drain(23, 1),
                new Frame.Recall(1, Frame.Recall.ALL_SLOTS),
                new Frame.Return(1, 20, 21, 30),
                new Frame.Handing(1, 3, List.of(21L, 25L)),
                new Frame.ConsumerLost(1, 2014, "The queue was deleted."),
                new Frame.Unsubscribe(24, FrameFlags.UNSUBSCRIBE_SHARED, "sub"),
                new Frame.Commit(25, 1, HANDED),
                new Frame.Rollback(26, 2, HANDED),
                new Frame.TxOutcome(27, ID, 1),
                new Frame.XaStart(28, XID, 0x200000, 60_000),
                new Frame.XaEnd(29, XID, 0x4000000, HANDED),
                new Frame.XaPrepare(30, XID),
                new Frame.XaCommit(31, XID, true, 33),
                new Frame.XaRollback(32, XID),
                new Frame.XaForget(33, XID),
                new Frame.XaRecover(34, 7),
                new Frame.BrowseOpen(35, 1, 14, null),
                new Frame.BrowseNext(36, 1, 100),
                new Frame.Browsed(1, 2, 3_000, NAMED),
                new Frame.BrowseClose(1),
                new Frame.Admin(37, "queue.info", NAMED),
                new Frame.Reclaim(
                        38, true, 1, 4, -3, 30, List.of(new Frame.Claim(20, 4, 800), new Frame.Claim(21, 9, -5))),
                new Result.Opened(-3, 32, 1024).to(7),
                new Result.Reclaimed(List.of(20L, 21L)).to(8),
                new Frame.Permit(1, 32),
                new Frame.PermitWanted(1, 32),
                new Frame.SlotsWanted(1),
                new Frame.Slot(1, 1023, true),
                new Frame.Resolve(39, 1, ID, 17, Resolution.RETRY));
    }

    static byte[] bytes(java.util.function.Consumer<FrameWriter> frame) {
        WireBuffer out = new WireBuffer(16);
        frame.accept(new FrameWriter(out));
        return out.toByteArray(0);
    }

    static void write(FrameWriter writer, Frame frame) {
        if (frame.type().payload() == FrameType.Payload.REQUIRED) {
            writer.write(3, frame, block());
        } else {
            writer.write(3, frame);
        }
    }

    /** A sealed block of 20 bytes. */
    static ByteBuffer block() {
        ByteBuffer block = ByteBuffer.allocate(20);
        for (int i = CheckedBlock.HEADER_BYTES; i < block.capacity(); i++) {
            block.put(i, (byte) i);
        }
        CheckedBlock.seal(block, 0, block.capacity(), new Checksum());
        return block;
    }

    /** Reads everything that there is to read in the frame at the start of {@code bytes}. */
    static void readAll(FrameReader reader, ByteBuffer buffer, int offset, int size) throws Exception {
        reader.wrap(buffer, offset, size);
        reader.verifyPayload();
        switch (reader.type()) {
            case SEND -> new SendFrame().wrap(reader);
            case SENT -> SentFrame.upTo(reader);
            case DELIVER -> new DeliverFrame().wrap(reader);
            case ACK -> new AckFrame().wrap(reader);
            case CREDIT -> new CreditFrame().wrap(reader);
            case HEARTBEAT -> reader.fields().checkEnd();
            default -> Frame.decode(reader);
        }
    }

    /** Puts length and checksum right again after fields were changed, so that only the fields are wrong. */
    static byte[] reseal(byte[] header, byte[] fields, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(FrameReader.HEADER_BYTES + fields.length + payload.length);
        frame.put(header, 0, FrameReader.HEADER_BYTES).put(fields).put(payload);
        frame.putInt(0, frame.capacity() - FrameReader.LENGTH_BYTES);
        frame.putShort(FrameReader.FIELDS_LENGTH_AT, (short) fields.length);
        int summed = FrameReader.HEADER_BYTES - FrameReader.TYPE_AT + fields.length;
        int ofPayload = Math.min(payload.length, CheckedBlock.HEADER_BYTES);
        frame.putInt(FrameReader.CRC_AT, new Checksum().of(frame, FrameReader.TYPE_AT, summed + ofPayload));
        return frame.array();
    }
}
