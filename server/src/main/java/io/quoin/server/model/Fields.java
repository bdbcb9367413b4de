// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.model;

import io.quoin.journal.RecordView;
import java.nio.ByteBuffer;

/** The fields of a rare record, to be read one after the other. */
final class Fields {

    private Fields() {}

    static ByteBuffer of(RecordView r) {
        return r.buffer().slice(r.fieldsAt(), r.fieldsLength());
    }
}
