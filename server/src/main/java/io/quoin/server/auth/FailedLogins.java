// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Slows down who tries passwords. An address may fail ten times in a row and once every six seconds for ever; beyond that
 * its log-ins, good or bad, are decided one a second, and when more than five wait they are turned away. Nobody waits
 * longer than a minute after the last failure.
 *
 * <p>Thread: the owner's. It never waits itself: it says until when somebody else has to.
 */
public final class FailedLogins {

    /** The answer for a log-in that is turned away. */
    public static final long TURNED_AWAY = -1;

    /** One failure is forgotten in this time: 6 s. */
    private static final long FORGOTTEN_NS = TimeUnit.SECONDS.toNanos(6);

    /** Failures without consequences. */
    private static final int FREE = 10;

    /** And failures beyond these do not count: when they end, the address is free again within a minute. */
    private static final int COUNTED_MAX = 2 * FREE;

    private static final long SPACING_NS = TimeUnit.SECONDS.toNanos(1);

    /** Within the time that a connection has to be set up, with room for the exchange itself: 5 s. */
    private static final long WAIT_MAX_NS = TimeUnit.SECONDS.toNanos(5);

    /** Addresses that are remembered; the one that failed first is forgotten for a new one. */
    private static final int ADDRESSES_MAX = 10_000;

    private static final int IPV6_NETWORK_BYTES = 8;

    private final Map<InetAddress, Failures> byAddress = new LinkedHashMap<>();

    /** When all is forgotten, and when the next log-in is decided. */
    private static final class Failures {
        private long forgottenNs;
        private long nextNs;

        private Failures(long nowNs) {
            forgottenNs = nowNs;
            nextNs = nowNs;
        }

        private boolean isOver(long nowNs) {
            return forgottenNs - nowNs <= 0;
        }
    }

    /** A log-in from that address has failed. */
    public void failed(InetAddress address, long nowNs) {
        Failures failures = byAddress.computeIfAbsent(network(address), a -> new Failures(nowNs));
        long from = failures.isOver(nowNs) ? nowNs : failures.forgottenNs;
        failures.forgottenNs = Math.min(from - nowNs + FORGOTTEN_NS, COUNTED_MAX * FORGOTTEN_NS) + nowNs;
        if (byAddress.size() > ADDRESSES_MAX) {
            Iterator<Failures> oldest = byAddress.values().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** How long the decision on a log-in has to wait, in ns; 0 for not at all, {@link #TURNED_AWAY} for too long. */
    public long delayNs(InetAddress address, long nowNs) {
        InetAddress key = network(address);
        Failures failures = byAddress.get(key);
        if (failures == null) {
            return 0;
        }
        if (failures.isOver(nowNs)) {
            byAddress.remove(key);
            return 0;
        }
        if (failures.forgottenNs - nowNs <= FREE * FORGOTTEN_NS) {
            return 0;
        }
        long atNs = failures.nextNs - nowNs > 0 ? failures.nextNs : nowNs;
        if (atNs - nowNs > WAIT_MAX_NS) {
            return TURNED_AWAY;
        }
        failures.nextNs = atNs + SPACING_NS;
        return atNs - nowNs;
    }

    /** Whoever has an address of IPv6 has a network of them. */
    private static InetAddress network(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, IPV6_NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address of IPv6 has 16 bytes", e);
        }
    }
}
