// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.admin;

import java.util.List;

/**
 * How a server is.
 *
 * @param isReady whether it serves clients
 * @param reasons what is wrong, as words that do not change from release to release: {@code STOPPING}
 */
public record Health(boolean isReady, List<String> reasons) {

    /** As the health pages show it. */
    String json() {
        JsonWriter json = new JsonWriter().beginObject();
        json.field("status", isReady ? "UP" : "DOWN").name("reasons").beginArray();
        reasons.forEach(json::value);
        return json.endArray().endObject().toString();
    }
}
