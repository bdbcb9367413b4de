// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How far the client has given a consumer's deliveries to the application: all up to and with {@code handedOut}, 0 for
 * none.
 */
public record Handed(int consumer, long handedOut) {

    private static final int BYTES = 12;

    static void encode(WireBuffer out, List<Handed> handed) {
        out.u16(handed.size());
        for (Handed one : handed) {
            out.i32(one.consumer).u64(one.handedOut);
        }
    }

    static List<Handed> decode(FieldReader in) throws ProtocolException {
        int count = in.count(BYTES);
        List<Handed> handed = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            handed.add(new Handed(in.i32(), in.u64()));
        }
        return Collections.unmodifiableList(handed);
    }
}
