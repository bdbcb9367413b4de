// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How a client that has connected again goes on with what it had. */
final class Resuming {

    private final SimClient client;
    private final Wire wire;
    /** Sessions whose RESUME has no answer yet. */
    private int open;
    /** Sessions that were given up, and opened again on this connection only to send what they had sent before. */
    private final Set<Integer> reopened = new HashSet<>();

    Resuming(SimClient client, Wire wire) {
        this.client = client;
        this.wire = wire;
    }

    /** Whether the client is still putting together what it had before its connection was lost. */
    boolean isGoingOn() {
        return open > 0;
    }

    /** @param resumed whether the server has anything of the client */
    void welcomed(boolean resumed) {
        reopened.clear();
        client.aliases.bindAgain();
        client.producing.connected(resumed);
        open = 0;
        for (SimSession session : client.sessions()) {
            if (resumed && session.waiting == null) {
                resume(session);
            } else {
                client.giveUp(session);
            }
        }
        if (!resumed) {
            wire.write(0, new Frame.Restored());
        }
        if (open == 0) {
            resumed();
        }
        wire.flush();
    }

    private void resume(SimSession session) {
        open++;
        session.waiting = "resume";
        List<Frame.Held> held = new ArrayList<>();
        session.consumers.values().forEach(c -> held.add(new Frame.Held(c.number, c.received(), c.handedOut())));
        int request = wire.request(
                ok -> {
                    session.waiting = null;
                    resumed(session, Result.Resumed.of(ok));
                    client.consuming.acknowledgeAgain(session);
                    client.consuming.credit(session, true);
                    oneResumed();
                },
                failure -> {
                    client.giveUp(session);
                    oneResumed();
                });
        wire.write(session.number, new Frame.Resume(request, false, session.mode, held));
    }

    private void oneResumed() {
        open--;
        if (open == 0) {
            resumed();
        }
    }

    private void resumed(SimSession session, Result.Resumed result) {
        Map<Integer, Long> kept = new LinkedHashMap<>();
        result.consumers().forEach(k -> kept.put(k.consumer(), k.dropAbove()));
        for (SimConsumer consumer : List.copyOf(session.consumers.values())) {
            Long dropAbove = kept.get(consumer.number);
            if (dropAbove == null) {
                client.consuming.forget(session, consumer);
            } else {
                consumer.resumed(dropAbove);
                if (consumer.closing) {
                    client.consuming.close(session, consumer);
                }
            }
        }
    }

    /** All sessions are resumed or given up: now what was not confirmed is done again. */
    private void resumed() {
        client.transacting.askOutcomes();
        client.producing.sendAgain(this::reopenFor);
    }

    /** A session that was given up is opened once more for what it has sent. */
    private void reopenFor(SimSession session) {
        if (session.dead && reopened.add(session.number)) {
            wire.write(session.number, new Frame.SessionOpen(session.mode));
        }
    }
}
