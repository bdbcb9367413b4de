// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.protocol.AcknowledgeMode;
import io.quoin.protocol.DestinationKind;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Handed;
import io.quoin.server.model.Refusal;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What clients ask about their connections, destinations, sessions and subscriptions: looked up, done by the part whose affair
 * it is, and answered. What is refused is told to the connection's {@link Outlet} and has changed nothing.
 *
 * <p>Thread: confined to the owner of the group.
 */
public final class ConnectionCommands {

    private final Connections connections;
    private final Sessions sessions;
    private final DestinationResolver resolver;
    private final Consuming consuming;
    private final Administration administration;
    private final AwaitedConsumers awaited;
    private final Replies replies;

    ConnectionCommands(BrokerParts parts) {
        connections = parts.connections;
        sessions = parts.sessions;
        resolver = parts.resolver;
        consuming = parts.consuming;
        administration = parts.administration;
        awaited = parts.awaitedConsumers;
        replies = parts.replies;
    }

    // --- connections

    /**
     * A client has said hello.
     *
     * @param resume whether it wants to go on where its last socket broke; {@link ClientConnection#wasResumed} says whether
     *     it can
     * @throws Refusal if the client id is in use
     */
    public ClientConnection connect(UUID id, @Nullable String clientId, boolean resume, Outlet outlet) throws Refusal {
        return connect(id, clientId, null, resume, outlet);
    }

    /**
     * A client has said hello and shown who it is.
     *
     * @param user null while there are no users
     * @param resume as above
     * @throws Refusal if the client id is in use, or the connection to be resumed is another user's
     */
    public ClientConnection connect(
            UUID id, @Nullable String clientId, @Nullable String user, boolean resume, Outlet outlet) throws Refusal {
        return connections.connect(id, clientId, user, resume, outlet);
    }

    /** The socket is gone; the client may come back within its time of grace. */
    public void disconnected(ClientConnection c) {
        connections.disconnected(c);
    }

    /** After a restart of the server: the client has opened everything anew, and has said what it holds. */
    public void restored(ClientConnection c) {
        awaited.returned(c);
    }

    public void goodbye(ClientConnection c, int request) {
        connections.goodbye(c);
        replies.ok(c, request);
    }

    public void clientId(ClientConnection c, int request, String clientId) {
        try {
            connections.claim(c, clientId);
            c.outlet().ok(request, 0);
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }

    // --- destinations

    public void destination(
            ClientConnection c, int alias, DestinationKind kind, String name, @Nullable String options) {
        resolver.bind(c, alias, kind, name, options);
    }

    public void deleteTemporary(ClientConnection c, int request, int alias) {
        try {
            administration.deleteTemporary(c, DestinationResolver.binding(c, alias), resolver);
            c.outlet().ok(request, 0);
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }

    // --- sessions

    public void openSession(ClientConnection c, int session, AcknowledgeMode mode) {
        sessions.open(c, session, mode);
    }

    public void closeSession(ClientConnection c, int session, int request, List<Handed> handed) {
        try {
            ClientSession found = Sessions.find(c, session);
            Sessions.handed(found, handed);
            sessions.close(found);
            replies.ok(c, request);
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }

    public void recover(ClientConnection c, int session, int request, List<Handed> handed) {
        try {
            ClientSession found = Sessions.find(c, session);
            Sessions.handed(found, handed);
            sessions.recover(found);
            c.outlet().ok(request, 0);
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }

    /**
     * The client is back, and names consumers of a session.
     *
     * @param hasMore whether it names more of them: all such requests are answered when the last has come
     */
    public void resume(ClientConnection c, int session, int request, boolean hasMore, List<Frame.Held> held) {
        try {
            ClientSession found = Sessions.find(c, session);
            found.resuming().add(new ResumePart(request, held));
            if (!hasMore) {
                sessions.resume(found);
            }
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }

    public void unsubscribe(ClientConnection c, int request, String name) {
        try {
            consuming.unsubscribe(c, name);
            replies.ok(c, request);
        } catch (Refusal e) {
            Replies.refuse(c, request, e);
        }
    }
}
