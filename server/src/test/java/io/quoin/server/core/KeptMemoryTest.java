// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Bytes;
import io.quoin.protocol.codec.Xid;
import io.quoin.server.model.RecordType;
import io.quoin.server.model.Refusal;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many open transactions, each small, that share 64 KiB for what they keep. */
class KeptMemoryTest {
    private static final int SESSIONS = 60;
    private static final int LIMIT_BYTES = 64 << 10;
    private static final int XA_NO_FLAGS = 0;
    private static final int XA_SUCCESS = 0x04000000;
    private static final String TEXT = "x".repeat(3_000);

    private TestServer server;
    private TestClient client;
    private int queue;

    @BeforeEach
    void start() throws Refusal {
        server = new TestServer(
                BrokerOptions.DEFAULT.withLargeTransactions(LargeTransactions.DEFAULT.withKeptBytesUpTo(LIMIT_BYTES)));
        client = server.client(new UUID(5, 5));
        queue = client.queue("orders");
    }

    private void open(AcknowledgeMode mode) {
        for (int session = 1; session <= SESSIONS; session++) {
            client.session(session, mode);
        }
    }

    private long logged() {
        return server.log.types().stream()
                .filter(type -> type == RecordType.TX_SEND.code())
                .count();
    }

    private long depth() {
        QueueInfo info = server.broker.queue("orders");
        return info == null ? 0 : info.stats().depth();
    }

    @Test
    void whereTheyFillTheMemorySmallTransactionsAreLoggedAsTheyComeToo() {
        open(AcknowledgeMode.TRANSACTED);
        for (int round = 0; round < 2; round++) {
            for (int session = 1; session <= SESSIONS; session++) {
                client.send(session, queue, TEXT, TestClient.sent().transacted());
            }
        }
        assertThat(client.out.refused).isEmpty();
        assertThat(2L * SESSIONS - logged()).as("messages in memory").isLessThanOrEqualTo(LIMIT_BYTES / 3_000);

        for (int session = 1; session <= SESSIONS; session++) {
            client.commit(session, session);
        }
        server.settle();
        assertThat(depth()).isEqualTo(2L * SESSIONS);
        assertThat(server.copy().digest()).isEqualTo(server.broker.digest());
    }

    @Test
    void whatNoLogKeepsIsRefusedUntilOthersHaveEnded() {
        open(AcknowledgeMode.TRANSACTED);
        for (int session = 1; session <= SESSIONS; session++) {
            client.send(session, queue, TEXT, TestClient.sent().transacted().nonPersistent());
        }
        int refused = client.out.refused.size();
        assertThat(refused).isBetween(SESSIONS - LIMIT_BYTES / 3_000 - 1, SESSIONS - 1);
        assertThat(client.out.refused).extracting("code").containsOnly(ErrorCode.MEMORY_FULL);

        for (int session = 1; session <= SESSIONS; session++) {
            client.rollback(session, session);
        }
        for (int session = 1; session <= 10; session++) {
            client.send(session, queue, TEXT, TestClient.sent().transacted().nonPersistent());
            client.commit(session, SESSIONS + session);
        }
        server.settle();
        assertThat(client.out.refused).hasSize(refused);
        assertThat(depth()).isEqualTo(10);
    }

    @Test
    void endedTransactionsOfEveryKindCountNoLonger() throws Refusal {
        for (int round = 1; round <= SESSIONS; round++) {
            client.session(round, round % 2 == 0 ? AcknowledgeMode.TRANSACTED : AcknowledgeMode.XA);
            Xid xid = new Xid(1, Bytes.of((byte) round), Bytes.EMPTY);
            if (round % 2 != 0) {
                client.xaStart(round, xid, XA_NO_FLAGS);
            }
            client.send(round, queue, TEXT, TestClient.sent().transacted().nonPersistent());
            switch (round % 6) {
                case 0 -> client.commit(round, round);
                case 2 -> client.rollback(round, round);
                case 4 -> client.closeSession(round);
                case 1 -> {
                    client.xaEnd(round, xid, XA_SUCCESS);
                    client.xaCommit(xid, true);
                }
                case 3 -> {
                    client.xaEnd(round, xid, XA_SUCCESS);
                    client.xaPrepare(xid);
                    client.xaCommit(xid, false);
                }
                default -> {
                    client.xaEnd(round, xid, XA_SUCCESS);
                    client.xaRollback(xid);
                }
            }
        }
        server.settle();
        assertThat(client.out.refused).isEmpty();
        assertThat(depth()).isEqualTo(SESSIONS / 2);
    }
}
