// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonWriterTest {

    @Test
    void objectsAndArraysNest() {
        JsonWriter json = new JsonWriter().beginObject().field("a", 1).name("b").beginArray();
        json.value("x").value(true).beginObject().endObject().endArray();

        assertThat(json.field("c", (String) null).endObject())
                .hasToString("{\"a\":1,\"b\":[\"x\",true,{}],\"c\":null}");
    }

    @Test
    void whatWouldBreakOutOfAStringIsEscaped() {
        assertThat(new JsonWriter().value("\"\\\n\r\t\u0000\u2028<é😀"))
                .hasToString("\"\\\"\\\\\\n\\r\\t\\u0000\\u2028<é😀\"");
        assertThat(new JsonWriter().value("a\ud800b")).hasToString("\"a\\ud800b\"");
    }

    @Test
    void numbersThatJsonDoesNotKnowAreText() {
        assertThat(new JsonWriter().value((Object) Double.NaN)).hasToString("\"NaN\"");
        assertThat(new JsonWriter().value((Object) 1.5)).hasToString("1.5");
    }
}
