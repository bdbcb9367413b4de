// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.RecordView;
import io.quoin.protocol.AckOutcome;
import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.server.model.Annotations;
import io.quoin.server.model.Refusal;
import io.quoin.server.model.SendRecord;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups by another property than JMSXGroupID. */
class GroupKeyTest {

    private static final int S = 1;

    private final TestServer server = new TestServer();
    private TestClient client;
    private int orders;

    @BeforeEach
    void connect() throws Refusal {
        client = server.client();
        client.session(S, AcknowledgeMode.CLIENT);
        orders = client.alias(DestinationKind.QUEUE, "orders", "groupKey=customer");
    }

    private void send(int session, List<Integer> customers, boolean transacted) {
        for (int i = 0; i < 3; i++) {
            for (int customer : customers) {
                TestClient.Sent how = TestClient.sent().property("customer", customer);
                client.send(session, orders, customer + "/" + i, transacted ? how.transacted() : how);
            }
        }
    }

    private void eachCustomerHasOneConsumer(List<Integer> customers) throws Refusal {
        TestClient other = server.client();
        other.session(S, AcknowledgeMode.CLIENT);
        client.consume(S, 1, orders);
        other.consume(S, 1, other.queue("orders"));
        server.settle();
        for (int customer : customers) {
            boolean here = client.texts(1).contains(customer + "/0");
            assertThat(here ? client.texts(1) : other.texts(1))
                    .filteredOn(text -> text.startsWith(customer + "/"))
                    .containsExactly(customer + "/0", customer + "/1", customer + "/2");
        }
        assertThat(client.out.delivered.size() + other.out.delivered.size()).isEqualTo(3 * customers.size());
    }

    @Test
    void theValueOfThePropertyIsTheGroupAndIsToldAsItsId() throws Refusal {
        send(S, List.of(1, 2, 3, 4), false);
        server.settle();
        client.consume(S, 9, orders, 0, null, null, 1);
        server.settle();
        RecordView record = server.store.record(client.take().get(0).position());
        assertThat(SendRecord.isGrouped(record)).isTrue();
        assertThat(Annotations.of(record)).containsEntry("JMSXGroupID", "1");
        client.closeConsumer(S, 9, 0);
        eachCustomerHasOneConsumer(List.of(1, 2, 3, 4));
    }

    @Test
    void itIsSoInTransactionsToo() throws Refusal {
        client.session(2, AcknowledgeMode.TRANSACTED);
        send(2, List.of(1, 2), true);
        client.commit(2, 1);
        server.settle();
        eachCustomerHasOneConsumer(List.of(1, 2));
    }

    @Test
    void aMessageThatFailsHoldsThoseWithTheSameValue() throws Refusal {
        orders = client.alias(DestinationKind.QUEUE, "parked", "groupKey=customer&maxDeliveries=1&onGroupPoison=park");
        send(S, List.of(7), false);
        client.consume(S, 1, orders, 0, null, null, 1);
        server.settle();
        client.ack(S, 1, 1, 1, AckOutcome.RETURNED_COUNTED, false);
        server.settle();
        assertThat(server.broker.groups().show("parked").held())
                .singleElement()
                .satisfies(held -> assertThat(held.group()).isEqualTo("7"));
    }
}
