// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.MessageFormatException;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectPolicyTest {

    private static byte[] serialized(Object object) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    @Test
    void anArrayThatIsLongerThanItsMessageIsNotMade() throws Exception {
        byte[] bytes = serialized(new int[] {1, 2, 3});
        int length = bytes.length - 3 * Integer.BYTES - Integer.BYTES;
        assertThat(ByteBuffer.wrap(bytes).getInt(length)).isEqualTo(3);
        ByteBuffer.wrap(bytes).putInt(length, 1_000_000_000);

        assertThatThrownBy(() -> ObjectPolicy.allowing("java.util.*").readReceived(bytes))
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    void collectionsOfAnySizeAreReadThatAreReallyThere() throws Exception {
        ObjectPolicy policy = ObjectPolicy.allowing("java.util.*");
        for (int size : new int[] {0, 1, 10, 1_000, 100_000}) {
            List<Object> nulls = new ArrayList<>(Collections.nCopies(size, null));
            HashMap<Integer, Integer> map = new HashMap<>();
            for (int i = 0; i < size; i++) {
                map.put(i, null);
            }

            assertThat(policy.readReceived(serialized(nulls))).isEqualTo(nulls);
            assertThat(policy.readReceived(serialized(map))).isEqualTo(map);
            assertThat(policy.readReceived(serialized(new byte[size]))).isEqualTo(new byte[size]);
        }
    }
}
