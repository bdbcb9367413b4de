// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.RecordView;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Xid;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Golden bytes: a change here is a change of the format, and needs a new record type. */
class RecordLayoutTest {

    @Test
    void codesNeverChange() {
        assertThat(RecordType.values())
                .extracting(RecordType::code)
                .containsExactly(
                        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 40, 41, 42,
                        44, 45, 46, 48, 49, 50, 52, 53, 56, 57, 58, 59, 60, 61, 62, 63, 64);
        assertThat(RecordType.find(24)).isEqualTo(RecordType.SEND);
        assertThat(RecordType.find(15)).isNull();
        assertThat(RecordType.find(37)).isNull();
    }

    @Test
    void boot() {
        RecordView r = record(0, f -> BootRecord.put(f, 3, 0x0102030405060708L, true));
        assertThat(hex(r)).isEqualTo("0000000000000003" + "0102030405060708" + "0100000000000000");
        assertThat(BootRecord.bootNumber(r)).isEqualTo(3);
        assertThat(BootRecord.wallMs(r)).isEqualTo(0x0102030405060708L);
        assertThat(BootRecord.isClean(r)).isTrue();
    }

    @Test
    void destinationCreated() {
        DestinationCreated created = new DestinationCreated(5, DestinationKind.TOPIC, "née", "a=b");
        RecordView r = record(0, created::put);
        assertThat(hex(r)).isEqualTo("00000005" + "01000000" + "0004" + "6ec3a965" + "0003" + "613d62");
        assertThat(DestinationCreated.read(r)).isEqualTo(created);
    }

    @Test
    void subscribed() {
        Subscribed subscribed = new Subscribed(6, 5, true, false, true, "me", "mine", "", null, null);
        RecordView r = record(0, subscribed::put);
        assertThat(hex(r)).isEqualTo("00000006" + "00000005" + "05000000" + "00026d65" + "00046d696e65" + "0000");
        assertThat(Subscribed.read(r)).isEqualTo(subscribed);
        Subscribed nameless = new Subscribed(-1, 5, false, false, false, null, null, "x = 1", "a.*", "exclusive=true");
        assertThat(Subscribed.read(record(0, nameless::put))).isEqualTo(nameless);
    }

    @Test
    void permittedAndInDoubt() {
        UUID id = new UUID(0x0102, 0x0304);
        RecordView permitted = record(0, f -> {
            RangesRecord.put(f, 7, 1, 0);
            RangesRecord.putRange(f, 4, 9, 10);
            PermitRecord.put(f, id, 2, 3, 0x100);
        });
        String ranges = "00000007" + "0001" + "0000" + "0000000000000009" + "00000002" + "04";
        assertThat(hex(permitted))
                .isEqualTo(ranges + "0000000000000102" + "0000000000000304" + "00000002" + "00000003"
                        + "0000000000000100");
        assertThat(RangesRecord.last(permitted, 0)).isEqualTo(10);
        assertThat(PermitRecord.connectionId(permitted)).isEqualTo(id);
        assertThat(PermitRecord.session(permitted)).isEqualTo(2);
        assertThat(PermitRecord.consumer(permitted)).isEqualTo(3);
        assertThat(PermitRecord.atMs(permitted)).isEqualTo(0x100);
        RecordView inDoubt = record(0, f -> {
            RangesRecord.put(f, 7, 1, 0);
            RangesRecord.putRange(f, 4, 9, 10);
            f.putLong(0x100);
        });
        assertThat(hex(inDoubt)).isEqualTo(ranges + "0000000000000100");
        assertThat(PermitRecord.atMs(inDoubt)).isEqualTo(0x100);
    }

    @Test
    void groupParkedAndReleased() {
        RecordView parked = record(0, f -> GroupParked.put(f, 7, 4, 9, 0x100));
        assertThat(hex(parked)).isEqualTo("00000007" + "04000000" + "0000000000000009" + "0000000000000100");
        assertThat(GroupParked.source(parked)).isEqualTo(7);
        assertThat(GroupParked.priority(parked)).isEqualTo(4);
        assertThat(GroupParked.arrival(parked)).isEqualTo(9);
        assertThat(GroupParked.atMs(parked)).isEqualTo(0x100);
        RecordView released = record(0, f -> GroupReleased.put(f, 7, 0xABCDEF01));
        assertThat(hex(released)).isEqualTo("00000007" + "abcdef01");
        assertThat(GroupReleased.groupHash(released)).isEqualTo(0xABCDEF01);
    }

    @Test
    void sendOfATransaction() {
        RecordView r = record(SendRecord.TOPIC | SendRecord.DELAYED, f -> {
            SendRecord.put(f, 3, 2, 9, 0x100, 0x55, 4);
            SendRecord.putDue(f, 0x200);
            f.putShort((short) 2).putInt(6).putInt(8);
            TxSendRecord.putTransaction(f, 17);
        });
        assertThat(hex(r))
                .isEqualTo("00000003" + "00000002" + "0000000000000009" + "0000000000000100" + "00000055" + "04000000"
                        + "0000000000000200" + "0002" + "00000006" + "00000008" + "0000000000000011");
        assertThat(TxSendRecord.takerCount(r)).isEqualTo(2);
        assertThat(TxSendRecord.taker(r, 1)).isEqualTo(8);
        assertThat(TxSendRecord.transaction(r)).isEqualTo(17);
        assertThat(SendRecord.dueAtMs(r)).isEqualTo(0x200);
    }

    @Test
    void prepared() {
        Xid xid = new Xid(-2, Bytes.of((byte) 1, (byte) 2), Bytes.of((byte) 3));
        TxPreparedRecord prepared = new TxPreparedRecord(17, 0x300, xid);
        RecordView r = record(0, prepared::put);
        assertThat(hex(r)).isEqualTo("0000000000000011" + "0000000000000300" + "fffffffe" + "0201" + "010203");
        assertThat(TxPreparedRecord.read(r)).isEqualTo(prepared);
    }

    @Test
    void outcomeOfATransaction() {
        RecordView r = record(0, f -> TxOutcomeRecord.put(f, 17, true, 0x300));
        assertThat(hex(r)).isEqualTo("0000000000000011" + "0100000000000300");
        assertThat(TxOutcomeRecord.transaction(r)).isEqualTo(17);
        assertThat(TxOutcomeRecord.second(r)).isEqualTo(0x300);
        assertThat(TxOutcomeRecord.isHeuristic(r)).isTrue();
    }

    @Test
    void decisionAndStepOfATransaction() {
        RecordView decided = record(0, f -> TxDecidedRecord.put(f, 17, true, true));
        assertThat(hex(decided)).isEqualTo("0000000000000011" + "0101000000000000");
        assertThat(TxDecidedRecord.isCommitted(decided)).isTrue();
        assertThat(TxDecidedRecord.isHeuristic(decided)).isTrue();
        RecordView step = record(0, f -> TxStepRecord.put(f, 17, 500, 0x300));
        assertThat(hex(step)).isEqualTo("0000000000000011" + "000001f400000300");
        assertThat(TxStepRecord.second(step)).isEqualTo(0x300);
        assertThat(TxStepRecord.count(step)).isEqualTo(500);
    }

    @Test
    void relocatedInATransaction() {
        RecordView r = record(0, f -> TxRelocatedRecord.put(f, 17, 0x100, 0x200));
        assertThat(hex(r)).isEqualTo("0000000000000011" + "0000000000000100" + "0000000000000200");
        assertThat(TxRelocatedRecord.to(r)).isEqualTo(0x200);
    }

    @Test
    void consuming() {
        UUID id = new UUID(0x1122334455667788L, 0x99AABBCCDDEEFF00L);
        RecordView begun = record(0, f -> ConsumingRecord.putBegun(f, 7, id));
        assertThat(hex(begun)).isEqualTo("00000007 00000000 1122334455667788 99aabbccddeeff00".replace(" ", ""));
        assertThat(ConsumingRecord.source(begun)).isEqualTo(7);
        assertThat(ConsumingRecord.begunBy(begun)).isEqualTo(id);
        RecordView ended = record(0, f -> ConsumingRecord.putEnded(f, id));
        assertThat(hex(ended)).isEqualTo("1122334455667788 99aabbccddeeff00".replace(" ", ""));
        assertThat(ConsumingRecord.endedBy(ended)).isEqualTo(id);
    }

    @Test
    void idleSince() {
        RecordView r = record(0, f -> IdleSince.put(f, 7, 0x100));
        assertThat(hex(r)).isEqualTo("00000007" + "00000000" + "0000000000000100");
        assertThat(IdleSince.subscription(r)).isEqualTo(7);
        assertThat(IdleSince.sinceMs(r)).isEqualTo(0x100);
    }

    @Test
    void relocated() {
        RecordView r = record(0, f -> RelocatedRecord.put(f, 7, 4, 9, 0x100, 0x200));
        assertThat(hex(r))
                .isEqualTo("00000007" + "04000000" + "0000000000000009" + "0000000000000100" + "0000000000000200");
        assertThat(RelocatedRecord.source(r)).isEqualTo(7);
        assertThat(RelocatedRecord.priority(r)).isEqualTo(4);
        assertThat(RelocatedRecord.number(r)).isEqualTo(9);
        assertThat(RelocatedRecord.from(r)).isEqualTo(0x100);
        assertThat(RelocatedRecord.to(r)).isEqualTo(0x200);
    }

    @Test
    void removed() {
        RecordView r = record(0, f -> Removed.put(f, 7));
        assertThat(hex(r)).isEqualTo("00000007");
        assertThat(Removed.number(r)).isEqualTo(7);
    }

    @Test
    void producers() {
        RecordView opened = record(0, f -> ProducerRecord.putOpened(f, 1, 2, 3));
        assertThat(hex(opened)).isEqualTo("00000001" + "00000000" + "0000000000000002" + "0000000000000003");
        assertThat(ProducerRecord.producer(opened)).isEqualTo(1);
        assertThat(ProducerRecord.idHigh(opened)).isEqualTo(2);
        assertThat(ProducerRecord.idLow(opened)).isEqualTo(3);
        RecordView hole = record(0, f -> ProducerRecord.putHole(f, 1, 4, 9));
        assertThat(hex(hole)).isEqualTo("00000001" + "00000000" + "0000000000000004" + "0000000000000009");
        assertThat(ProducerRecord.first(hole)).isEqualTo(4);
        assertThat(ProducerRecord.last(hole)).isEqualTo(9);
        assertThat(hex(record(0, f -> ProducerRecord.putClosed(f, 1)))).isEqualTo("00000001");
    }

    @Test
    void aPlainSend() {
        RecordView r = record(SendRecord.GROUPED, f -> SendRecord.put(f, 5, 1, 77, 1_000, 0xCAFEBABE, 9));
        assertThat(hex(r))
                .isEqualTo("00000005" + "00000001" + "000000000000004d" + "00000000000003e8" + "cafebabe" + "09000000");
        assertThat(SendRecord.destination(r)).isEqualTo(5);
        assertThat(SendRecord.producer(r)).isEqualTo(1);
        assertThat(SendRecord.sequence(r)).isEqualTo(77);
        assertThat(SendRecord.expiresAtMs(r)).isEqualTo(1_000);
        assertThat(SendRecord.groupHash(r)).isEqualTo(0xCAFEBABE);
        assertThat(SendRecord.priority(r)).isEqualTo(9);
        assertThat(SendRecord.isGrouped(r)).isTrue();
        assertThat(SendRecord.isDelayed(r)).isFalse();
        assertThat(SendRecord.annotationsLength(r)).isZero();
    }

    @Test
    void aSendWithEveryOptionalPart() {
        int flags =
                SendRecord.DELAYED | SendRecord.TOPIC | SendRecord.FILTERED | SendRecord.MOVED | SendRecord.ANNOTATED;
        RecordView r = record(flags, f -> {
            SendRecord.put(f, 5, 0, 0, 0, 0, 4);
            SendRecord.putDue(f, 2_000);
            SendRecord.putVersion(f, 3);
            SendRecord.putFiltered(f, 9, new long[] {0x101});
            SendRecord.putSource(f, 8, 12, 7);
            Annotations.put(f, Map.of("a", "b"));
        });
        assertThat(hex(r).substring(64))
                .isEqualTo("00000000000007d0" + "00000003" + "0009" + "0101" + "00000008" + "000000000000000c" + "07"
                        + "01" + "000161" + "000162");
        assertThat(SendRecord.dueAtMs(r)).isEqualTo(2_000);
        assertThat(SendRecord.version(r)).isEqualTo(3);
        assertThat(SendRecord.filteredCount(r)).isEqualTo(9);
        assertThat(SendRecord.isTaken(r, 0)).isTrue();
        assertThat(SendRecord.isTaken(r, 1)).isFalse();
        assertThat(SendRecord.isTaken(r, 8)).isTrue();
        assertThat(SendRecord.source(r)).isEqualTo(8);
        assertThat(SendRecord.sourceArrival(r)).isEqualTo(12);
        assertThat(SendRecord.sourcePriority(r)).isEqualTo(7);
        ByteBuffer annotations = r.buffer().slice(SendRecord.annotationsAt(r), SendRecord.annotationsLength(r));
        assertThat(Annotations.read(annotations)).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void ranges() {
        RecordView r = record(0, f -> {
            RangesRecord.put(f, 5, 2, 1);
            RangesRecord.putRange(f, 4, 10, 12);
            RangesRecord.putRange(f, 9, 20, 20);
        });
        assertThat(hex(r))
                .isEqualTo("00000005" + "0002" + "01" + "00" + "000000000000000a" + "00000003" + "04"
                        + "0000000000000014" + "00000001" + "09");
        assertThat(RangesRecord.source(r)).isEqualTo(5);
        assertThat(RangesRecord.count(r)).isEqualTo(2);
        assertThat(RangesRecord.delta(r)).isEqualTo(1);
        assertThat(RangesRecord.first(r, 0)).isEqualTo(10);
        assertThat(RangesRecord.last(r, 0)).isEqualTo(12);
        assertThat(RangesRecord.priority(r, 1)).isEqualTo(9);
        assertThat(RangesRecord.last(r, 1)).isEqualTo(20);
    }

    @Test
    void handOutDuePurgedCommitted() {
        RecordView handOut = record(0, f -> HandOutRecord.put(f, 5, 4, 10_001));
        assertThat(hex(handOut)).isEqualTo("00000005" + "04000000" + "0000000000002711");
        assertThat(HandOutRecord.source(handOut)).isEqualTo(5);
        assertThat(HandOutRecord.priority(handOut)).isEqualTo(4);
        assertThat(HandOutRecord.upTo(handOut)).isEqualTo(10_001);

        RecordView due = record(0, f -> DueRecord.put(f, 5, 1_000, 9));
        assertThat(hex(due)).isEqualTo("00000005" + "000003e8" + "0000000000000009");
        assertThat(DueRecord.max(due)).isEqualTo(1_000);
        assertThat(DueRecord.nowMs(due)).isEqualTo(9);

        RecordView purged = record(0, f -> PurgedRecord.put(f, 5, 9));
        assertThat(hex(purged)).isEqualTo("00000005" + "00000000" + "0000000000000009");
        assertThat(PurgedRecord.upTo(purged)).isEqualTo(9);

        RecordView committed = record(0, f -> CommittedRecord.put(f, 1, 9));
        assertThat(hex(committed)).isEqualTo("00000001" + "00000000" + "0000000000000009");
        assertThat(CommittedRecord.producer(committed)).isEqualTo(1);
        assertThat(CommittedRecord.transaction(committed)).isEqualTo(9);
    }

    @Test
    void users() {
        byte[] storedKey = new byte[32];
        byte[] serverKey = new byte[32];
        Arrays.fill(storedKey, (byte) 0xAA);
        Arrays.fill(serverKey, (byte) 0xBB);
        ScramKeys keys = new ScramKeys(Bytes.of((byte) 1, (byte) 2), 4_096, Bytes.of(storedKey), Bytes.of(serverKey));
        UserStored user = new UserStored(true, "zoë", keys);
        RecordView stored = record(0, user::put);
        assertThat(hex(stored))
                .isEqualTo("01000000" + "00001000" + "aa".repeat(32) + "bb".repeat(32) + "00047a6fc3ab" + "00020102");
        assertThat(UserStored.read(stored)).isEqualTo(user);

        RecordView removed = record(0, f -> UserRemoved.put(f, "zoë"));
        assertThat(hex(removed)).isEqualTo("00047a6fc3ab");
        assertThat(UserRemoved.name(removed)).isEqualTo("zoë");

        RecordView secret = record(0, f -> UserSecret.put(f, Bytes.of(storedKey)));
        assertThat(hex(secret)).isEqualTo("aa".repeat(32));
        assertThat(UserSecret.secret(secret)).isEqualTo(Bytes.of(storedKey));
    }

    private static RecordView record(int flags, Consumer<ByteBuffer> fields) {
        ByteBuffer buffer = ByteBuffer.allocate(1_024).position(16);
        fields.accept(buffer);
        int length = buffer.position();
        buffer.putInt(0, length).putInt(8, flags << 16).putShort(10, (short) (length - 16));
        RecordView view = new RecordView();
        view.wrap(buffer, 0, 1 << 16);
        return view;
    }

    private static String hex(RecordView r) {
        byte[] bytes = new byte[r.fieldsLength()];
        r.buffer().get(r.fieldsAt(), bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
