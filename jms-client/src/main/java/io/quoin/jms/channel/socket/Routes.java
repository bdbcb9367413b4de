// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.Flush;
import io.quoin.jms.channel.Route;
import io.quoin.jms.destination.QuoinDestination;
import io.quoin.jms.errors.LinkLostException;
import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The destinations that a connection has named, each under the same alias on every link.
 *
 * <p>Thread: any. Looking up what is known takes no lock.
 */
public final class Routes {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Route> byDestination = new ConcurrentHashMap<>();
    private final Map<Integer, Route> byAlias = new ConcurrentHashMap<>();

    // Under the lock.
    private int lastAlias;
    private @Nullable WireChannel link;

    private record Key(
            QuoinDestination destination, @Nullable String options) {

        static Key of(QuoinDestination destination) {
            return new Key(destination, destination.options());
        }
    }

    /** The route to a destination, told to the server if there is one now. */
    public Route route(QuoinDestination destination) throws JMSException {
        Route known = byDestination.get(Key.of(destination));
        return known != null ? known : add(destination);
    }

    private Route add(QuoinDestination destination) throws JMSException {
        lock.lock();
        try {
            // Again: another thread may have been faster. It is found by others only after its frame is in its place.
            Route raced = byDestination.get(Key.of(destination));
            if (raced != null) {
                return raced;
            }
            Route route = new Route(++lastAlias, destination);
            byAlias.put(route.alias(), route);
            if (link != null) {
                name(link, route, destination.kind().isTemporary() ? Flush.SOON : Flush.LATER);
            }
            byDestination.put(Key.of(destination), route);
            return route;
        } finally {
            lock.unlock();
        }
    }

    private static void name(WireChannel to, Route route, Flush flush) throws JMSException {
        QuoinDestination destination = route.destination();
        try {
            to.post(
                    0,
                    new Frame.Destination(route.alias(), destination.kind(), destination.name(), destination.options()),
                    flush);
        } catch (LinkLostException e) {
            // The next link is told of it.
        }
    }

    /** Names all of them to the server at the other end of a new link, where nothing has credit yet. */
    public void introduce(WireChannel to) throws JMSException {
        lock.lock();
        try {
            link = to;
            List<Route> all = byAlias.values().stream()
                    .sorted(Comparator.comparingInt(Route::alias))
                    .toList();
            for (Route route : all) {
                route.renew();
                name(to, route, Flush.LATER);
            }
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Route find(int alias) {
        return byAlias.get(alias);
    }

    /** A temporary destination has been deleted. */
    public void forget(Route route) {
        byDestination.remove(Key.of(route.destination()), route);
        byAlias.remove(route.alias(), route);
    }
}
