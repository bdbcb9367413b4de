// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PermitTableTest {

    private static final long VOLATILE = MessageQueue.FIRST_VOLATILE + 7;

    private final PermitTable table = new PermitTable();
    private final Permit permit = new Permit(new UUID(1, 2), 3, 4, 1_000, false);

    private static List<String> content(PermitTable of) {
        List<String> content = new ArrayList<>();
        of.forEach((priority, arrival, permit) -> content.add(arrival + "/" + priority));
        return content;
    }

    private static long digest(PermitTable of) {
        Digest digest = new Digest();
        of.digest(digest);
        return digest.value();
    }

    @Test
    void messagesHavePermitsByPriorityAndArrival() {
        table.put(4, 9, permit);
        table.put(9, 9, permit);
        table.put(4, VOLATILE, permit);

        assertThat(table.find(4, 9)).isSameAs(permit);
        assertThat(table.find(5, 9)).isNull();
        assertThat(table.find(4, VOLATILE)).isSameAs(permit);
        assertThat(content(table)).containsExactly(VOLATILE + "/4", "9/4", "9/9");
        table.remove(4, 8, 9);
        assertThat(content(table)).containsExactly(VOLATILE + "/4", "9/9");
    }

    @Test
    void thoseInDoubtAreCounted() {
        table.put(4, 1, permit);
        table.put(4, 2, permit);
        table.put(4, 3, permit);
        table.change(4, 1, 2, one -> one.inDoubt(2_000));
        assertThat(table.inDoubt()).isEqualTo(2);
        assertThat(table.find(4, 1)).isEqualTo(new Permit(new UUID(1, 2), 3, 4, 2_000, true));

        table.put(4, 1, permit);
        table.remove(4, 2, 2);
        assertThat(table.inDoubt()).isZero();
    }

    @Test
    void aPurgeTakesTheDurableOnesUpToAnArrivalOrTheVolatileOnes() {
        table.put(0, 5, permit);
        table.put(9, 5, permit.inDoubt(1));
        table.put(0, 6, permit);
        table.put(0, VOLATILE, permit);
        table.purge(5);
        assertThat(content(table)).containsExactly(VOLATILE + "/0", "6/0");
        assertThat(table.inDoubt()).isZero();
        table.purgeVolatile();
        assertThat(content(table)).containsExactly("6/0");
        table.purge(Long.MAX_VALUE);
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void aSnapshotHasTheDurableOnes() {
        table.put(4, 1, permit);
        table.put(4, 2, permit.inDoubt(2_000));
        table.put(4, VOLATILE, permit);
        ByteBuffer state = ByteBuffer.allocate(table.stateBytes());
        table.encode(state);
        PermitTable restored = new PermitTable();
        restored.decode(state.flip());

        assertThat(content(restored)).containsExactly("1/4", "2/4");
        assertThat(restored.inDoubt()).isEqualTo(1);
        assertThat(digest(restored)).isEqualTo(digest(table));
        restored.remove(4, 1, 1);
        assertThat(digest(restored)).isNotEqualTo(digest(table));
    }
}
