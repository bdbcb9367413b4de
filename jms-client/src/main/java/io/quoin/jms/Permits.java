// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

/**
 * How far a consumer may hand out what it has got: without limit, or where delivery is strict up to the tag that the server
 * has permitted.
 *
 * <p>Thread: under the lock of its session's {@link Inbox}.
 */
final class Permits {

    /** Acknowledgements that may be gathered where nobody waits for them. */
    private static final int GATHERED = 64;

    private int window;
    private long permittedTo;
    /** The limit at which more was asked for. */
    private long askedAt = -1;

    /** The server has opened the consumer; {@code strictWindow} is 0 where nothing limits it. */
    void opened(int strictWindow) {
        window = strictWindow;
    }

    boolean isStrict() {
        return window > 0;
    }

    /** The highest tag that may be handed out. */
    long limit() {
        return window == 0 ? Long.MAX_VALUE : permittedTo;
    }

    void upTo(long tag) {
        permittedTo = Math.max(permittedTo, tag);
    }

    /** Higher tags will be given once more. */
    void dropAbove(long tag) {
        permittedTo = Math.min(permittedTo, tag);
        askedAt = -1;
    }

    /** Whether more is to be asked for now: once for each limit. */
    boolean ask() {
        if (askedAt == permittedTo) {
            return false;
        }
        askedAt = permittedTo;
        return true;
    }

    /** So many acknowledgements are told without delay: half a window, so that the server permits more in time. */
    int gathered() {
        return window == 0 ? GATHERED : Math.min(GATHERED, (window + 1) / 2);
    }
}
