// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.codec;

import io.quoin.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A name with a text: an annotation of a delivery, or an argument of an administration verb. */
public record NamedValue(String name, String value) {

    /** Of the shortest one on the wire. */
    static final int MIN_BYTES = 4;

    static void encodeAll(WireBuffer out, List<NamedValue> values) {
        for (int i = 0; i < values.size(); i++) {
            NamedValue one = values.get(i);
            out.string(one.name).string(one.value);
        }
    }

    static List<NamedValue> decodeAll(FieldReader in, int count) throws ProtocolException {
        List<NamedValue> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(new NamedValue(in.requiredString(), in.requiredString()));
        }
        return Collections.unmodifiableList(values);
    }
}
