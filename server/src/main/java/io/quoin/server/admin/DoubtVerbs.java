// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.admin;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.Resolution;
import io.quoin.protocol.codec.NamedValue;
import io.quoin.server.core.Broker;
import io.quoin.server.core.DoubtInfo;
import io.quoin.server.model.Refusal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The verbs about messages in doubt: those whose consumer vanished with them, where delivery is strict.
 *
 * <p>Thread: the owner's.
 */
final class DoubtVerbs {

    /** Messages in one answer: some 300 KB. */
    private static final int PAGE = 1_000;

    private final Broker broker;

    DoubtVerbs(Broker broker) {
        this.broker = broker;
    }

    /** Arguments: {@code name} of a queue or durable subscription, if not all are meant; {@code skip}, of a long list. */
    void list(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        try {
            List<DoubtInfo> all = broker.doubts().list(optional(arguments, "name"));
            int skip = Math.min(skip(arguments), all.size());
            json.field("total", all.size()).field("skipped", skip);
            json.name("doubts").beginArray();
            for (DoubtInfo doubt : all.subList(skip, Math.min(all.size(), skip + PAGE))) {
                json.beginObject();
                write(doubt, json);
                json.endObject();
            }
            json.endArray();
        } catch (Refusal e) {
            throw new ProtocolException(e.code(), e.text());
        }
    }

    /** Arguments: {@code name}, {@code resolution} (consumed or retry), {@code id} of a message; without one all are meant. */
    void resolve(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        String name = AdminVerbs.argument(arguments, "name");
        Resolution resolution = resolution(AdminVerbs.argument(arguments, "resolution"));
        String id = optional(arguments, "id");
        try {
            int resolved = 1;
            if (id == null) {
                resolved = broker.doubts().resolveAll(name, resolution);
            } else {
                broker.doubts().resolve(name, id, resolution);
            }
            json.field("name", name).field("resolution", resolution.name().toLowerCase(Locale.ROOT));
            json.field("resolved", resolved);
        } catch (Refusal e) {
            throw new ProtocolException(e.code(), e.text());
        }
    }

    private void write(DoubtInfo doubt, JsonWriter json) {
        json.field("destination", doubt.destination()).field("subscription", doubt.subscription());
        json.field("id", doubt.id() == null ? null : doubt.id().text());
        json.field("ageMs", doubt.ageMs());
        json.field("since", doubt.sinceMs());
        json.field("decidesAt", doubt.decidesAtMs() == Long.MAX_VALUE ? 0 : doubt.decidesAtMs());
        json.field("priority", doubt.priority()).field("bytes", doubt.lengthBytes());
        json.field("holdsGroup", doubt.grouped() && !doubt.waits());
        json.field("client", doubt.client().toString()).field("waits", doubt.waits());
    }

    private static Resolution resolution(String word) throws ProtocolException {
        for (Resolution one : Resolution.values()) {
            if (one.name().equalsIgnoreCase(word)) {
                return one;
            }
        }
        throw new ProtocolException(ErrorCode.USAGE, "A message is 'consumed', or to 'retry', not '" + word + "'.");
    }

    private static int skip(List<NamedValue> arguments) throws ProtocolException {
        String text = optional(arguments, "skip");
        try {
            return text == null ? 0 : Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new ProtocolException(ErrorCode.USAGE, "What is skipped is a number, not '" + text + "'.", e);
        }
    }

    private static @Nullable String optional(List<NamedValue> arguments, String name) {
        for (NamedValue argument : arguments) {
            if (argument.name().equals(name)) {
                return argument.value();
            }
        }
        return null;
    }
}
