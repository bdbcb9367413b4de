// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.admin;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.NamedValue;
import io.quoin.protocol.message.Murmur3;
import io.quoin.server.core.Broker;
import io.quoin.server.core.GroupsInfo;
import io.quoin.server.model.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verbs about message groups.
 *
 * <p>Thread: the owner's.
 */
final class GroupVerbs {

    private final Broker broker;

    GroupVerbs(Broker broker) {
        this.broker = broker;
    }

    void list(List<NamedValue> arguments, JsonWriter json) {
        json.name("queues").beginArray();
        for (GroupsInfo info : broker.groups().list()) {
            json.beginObject();
            writeHead(info, json);
            json.endObject();
        }
        json.endArray();
    }

    void show(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        GroupsInfo info;
        try {
            info = broker.groups().show(AdminVerbs.argument(arguments, "name"));
        } catch (Refusal e) {
            throw new ProtocolException(e.code(), e.text());
        }
        writeHead(info, json);
        json.name("shares").beginArray();
        for (GroupsInfo.Share share : info.consumers()) {
            json.beginObject().field("consumer", share.consumer()).field("homes", share.homes());
            json.field("holds", share.holds()).endObject();
        }
        json.endArray();
        json.name("heldGroups").beginArray();
        for (GroupsInfo.Held held : info.held()) {
            json.beginObject().field("group", held.group()).field("hash", hex(held.hash()));
            json.field("slot", held.slot()).field("why", held.why());
            json.field("sinceMs", held.sinceMs()).field("leftMs", held.leftMs()).endObject();
        }
        json.endArray();
        json.name("slotsInUse").beginArray();
        for (GroupsInfo.Slot slot : info.inUse()) {
            json.beginObject().field("slot", slot.number()).field("messages", slot.messages());
            json.field("ageMs", slot.ageMs()).field("out", slot.out());
            json.field("owner", slot.owner()).field("home", slot.home());
            json.field("moving", slot.isMoving())
                    .field("outOfBalance", slot.isElsewhere())
                    .endObject();
        }
        json.endArray();
    }

    void release(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        String name = AdminVerbs.argument(arguments, "name");
        String group = find(arguments, "group");
        boolean toDeadLetters = "true".equals(find(arguments, "deadLetter"));
        int hash = group == null
                ? hash(AdminVerbs.argument(arguments, "hash"))
                : Murmur3.hash(group.getBytes(StandardCharsets.UTF_8));
        try {
            broker.groups().release(name, hash, toDeadLetters);
        } catch (Refusal e) {
            throw new ProtocolException(e.code(), e.text());
        }
        json.field("name", name).field("group", group).field("hash", hex(hash));
        json.field("deadLetter", toDeadLetters);
    }

    private static @Nullable String find(List<NamedValue> arguments, String name) {
        for (NamedValue argument : arguments) {
            if (argument.name().equals(name)) {
                return argument.value();
            }
        }
        return null;
    }

    private static int hash(String text) throws ProtocolException {
        try {
            return Integer.parseUnsignedInt(text, 16);
        } catch (NumberFormatException e) {
            throw new ProtocolException(
                    ErrorCode.USAGE, "The hash of a group is 8 hexadecimal digits, not '" + text + "'.", e);
        }
    }

    private static String hex(int hash) {
        String digits = Integer.toHexString(hash);
        return "0".repeat(8 - digits.length()) + digits;
    }

    private static void writeHead(GroupsInfo info, JsonWriter json) {
        json.field("id", info.id()).field("name", info.name()).field("description", info.description());
        json.field("slots", info.slots()).field("inUse", info.inUse().size());
        json.field("messages", info.messages()).field("complete", info.isComplete());
        json.field("consumers", info.consumers().size());
        json.field("held", info.held().size()).field("parked", info.parked());
        json.field("outOfBalance", info.outOfBalance());
    }
}
