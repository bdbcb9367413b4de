// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.admin;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.NearestName;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.NamedValue;
import io.quoin.server.core.Broker;
import io.quoin.server.core.ClientConnection;
import io.quoin.server.core.QueueInfo;
import io.quoin.server.core.SubscriptionInfo;
import io.quoin.server.core.TopicInfo;
import io.quoin.server.core.queue.QueueStats;
import io.quoin.server.group.Administration;
import io.quoin.server.model.Refusal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The verbs of ADMIN, answered as JSON. None of them takes a path, a URL, a class or a program.
 *
 * <p>Thread: the owner's.
 */
public final class AdminVerbs implements Administration {

    private final Broker broker;
    private final String version;
    private final Map<String, Verb> verbs = new TreeMap<>();

    /** Writes the fields of its answer. */
    interface Action {
        void answer(List<NamedValue> arguments, JsonWriter json) throws ProtocolException;
    }

    /** The same, for what depends on who asks. */
    interface AskersAction {
        void answer(ClientConnection asker, List<NamedValue> arguments, JsonWriter json) throws ProtocolException;
    }

    /** @param changes whether the administrator alone may use it, once there is one */
    private record Verb(boolean changes, AskersAction action) {}

    /** @param version of the server */
    public AdminVerbs(Broker broker, String version, UserVerbs users) {
        this.broker = broker;
        this.version = version;
        reads("queue.ls", this::listQueues);
        reads("queue.info", this::showQueue);
        changes("queue.purge", this::purgeQueue);
        reads("topic.ls", this::listTopics);
        reads("subscription.ls", this::listSubscriptions);
        reads("server.info", this::showServer);
        TransactionVerbs transactions = new TransactionVerbs(broker);
        reads("tx.ls", transactions::list);
        changes("tx.commit", transactions::commit);
        changes("tx.rollback", transactions::rollback);
        changes("tx.forget", transactions::forget);
        DoubtVerbs doubts = new DoubtVerbs(broker);
        reads("doubt.ls", doubts::list);
        changes("doubt.resolve", doubts::resolve);
        GroupVerbs groups = new GroupVerbs(broker);
        reads("group.ls", groups::list);
        reads("group.show", groups::show);
        changes("group.release", groups::release);
        reads("user.ls", users::list);
        changes("user.add", users::add);
        verbs.put("user.passwd", new Verb(true, users::changePassword));
        verbs.put("user.rm", new Verb(true, users::remove));
    }

    private void reads(String name, Action action) {
        verbs.put(name, new Verb(false, (asker, arguments, json) -> action.answer(arguments, json)));
    }

    private void changes(String name, Action action) {
        verbs.put(name, new Verb(true, (asker, arguments, json) -> action.answer(arguments, json)));
    }

    @Override
    public String answer(ClientConnection asker, String verb, List<NamedValue> arguments) throws ProtocolException {
        Verb known = verbs.get(verb);
        if (known == null) {
            throw new ProtocolException(
                    ErrorCode.UNKNOWN_VERB, NearestName.unknown("administration verb", verb, verbs.keySet()));
        }
        if (known.changes && !broker.users().mayAdminister(asker)) {
            throw new ProtocolException(
                    ErrorCode.PERMISSION_DENIED,
                    verb + " is for the administrator " + broker.users().administrator()
                            + (asker.user() == null ? "" : ", not for user " + asker.user()));
        }
        JsonWriter json = new JsonWriter().beginObject();
        known.action.answer(asker, arguments, json);
        return json.endObject().toString();
    }

    private void listQueues(List<NamedValue> arguments, JsonWriter json) {
        json.name("queues").beginArray();
        for (QueueInfo queue : broker.queues()) {
            json.beginObject();
            write(queue, json);
            json.endObject();
        }
        json.endArray();
    }

    private void showQueue(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        write(queue(arguments), json);
    }

    private void purgeQueue(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        String name = queue(arguments).name();
        try {
            json.field("name", name).field("purged", broker.purge(name));
        } catch (Refusal e) {
            throw new ProtocolException(e.code(), e.text());
        }
    }

    private void listTopics(List<NamedValue> arguments, JsonWriter json) {
        json.name("topics").beginArray();
        for (TopicInfo topic : broker.topics()) {
            json.beginObject().field("name", topic.name()).field("temporary", topic.temporary());
            json.field("durableSubscriptions", topic.durableSubscriptions());
            json.field("nonDurableSubscriptions", topic.nonDurableSubscriptions());
            json.endObject();
        }
        json.endArray();
    }

    private void listSubscriptions(List<NamedValue> arguments, JsonWriter json) {
        json.name("subscriptions").beginArray();
        for (SubscriptionInfo subscription : broker.subscriptions()) {
            json.beginObject().field("topic", subscription.topic()).field("name", subscription.name());
            json.field("clientId", subscription.clientId());
            json.field("durable", subscription.durable()).field("shared", subscription.shared());
            json.field("selector", subscription.selector());
            json.field("idleSince", subscription.idleSinceMs()).field("expiresAt", subscription.expiresAtMs());
            write(subscription.stats(), json);
            json.endObject();
        }
        json.endArray();
    }

    private void showServer(List<NamedValue> arguments, JsonWriter json) {
        json.field("version", version).field("bootNumber", broker.bootNumber());
        json.field("connections", broker.connectionCount());
        json.field("queues", broker.queues().size())
                .field("topics", broker.topics().size());
    }

    private QueueInfo queue(List<NamedValue> arguments) throws ProtocolException {
        String name = argument(arguments, "name");
        QueueInfo queue = broker.queue(name);
        if (queue == null) {
            throw new ProtocolException(ErrorCode.UNKNOWN_DESTINATION, "There is no queue '" + name + "'");
        }
        return queue;
    }

    /** The value of an argument that has to be there. */
    static String argument(List<NamedValue> arguments, String name) throws ProtocolException {
        for (NamedValue argument : arguments) {
            if (argument.name().equals(name) && argument.value() != null) {
                return argument.value();
            }
        }
        throw new ProtocolException(ErrorCode.USAGE, "The verb needs the argument '" + name + "'.");
    }

    private static void write(QueueInfo queue, JsonWriter json) {
        json.field("name", queue.name()).field("temporary", queue.temporary());
        write(queue.stats(), json);
        json.field("heldBack", queue.heldBack()).field("heldBackForMs", queue.heldBackForMs());
    }

    private static void write(QueueStats stats, JsonWriter json) {
        json.field("messages", stats.depth() - stats.out());
        json.field("delivered", stats.out());
        json.field("delayed", stats.delayed());
        json.field("nonPersistent", stats.volatileDepth());
        json.field("bytes", stats.bytes());
        json.field("consumers", stats.consumers());
        json.field("inDoubt", stats.inDoubt());
    }
}
