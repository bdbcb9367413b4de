// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.message.ObjectPolicy;
import io.quoin.protocol.ErrorCode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of a connection factory, in the URI and as bean properties alike. Times are in milliseconds and sizes
 * in bytes where no unit is given.
 */
enum ClientOption {
    /** The user, if the call that creates the connection names none. */
    USER("user", null, Kind.TEXT),
    PASSWORD("password", null, Kind.SECRET),
    /** The client id of every connection; then nobody else can set one. */
    CLIENT_ID("clientID", null, Kind.TEXT),
    /** Whether messages have the names of their transactions, as JMSXProducerTXID and JMSXConsumerTXID. */
    TRANSACTION_IDS("transactionIDs", "false", Kind.FLAG),
    /** Who sends, as JMSXAppID on every message. */
    APPLICATION_ID("applicationID", null, Kind.TEXT),
    /** From the look-up of the name to the server's welcome, for each server that the URI names. */
    CONNECT_TIMEOUT("connectTimeout", "15s", Kind.TIME),
    /** For every answer of the server but that to a send. */
    REQUEST_TIMEOUT("requestTimeout", "30s", Kind.TIME),
    /** For the server's answer to a send, for credit, and for a write that does not get on. */
    SEND_TIMEOUT("sendTimeout", "30s", Kind.TIME),
    /** How long the server may be silent before it is taken for lost; the server caps it. */
    SESSION_TIMEOUT("sessionTimeout", "35s", Kind.TIME),
    /** Whether a connection that was lost is looked for again. */
    RECONNECT("reconnect", "true", Kind.FLAG),
    /** Before the first attempt after a loss. */
    INITIAL_RECONNECT_DELAY("initialReconnectDelay", "0", Kind.DELAY),
    /** Before the second one; it doubles from attempt to attempt, and a share of chance is taken of it. */
    RECONNECT_DELAY("reconnectDelay", "50ms", Kind.TIME),
    /** What it does not exceed. */
    MAX_RECONNECT_DELAY("maxReconnectDelay", "3s", Kind.TIME),
    /** How often all servers are tried after a loss; -1 for no limit, 0 for not at all. */
    MAX_RECONNECT_ATTEMPTS("maxReconnectAttempts", "-1", Kind.ATTEMPTS),
    /** How often all servers are tried again for a new connection; -1 for no limit. */
    STARTUP_MAX_RECONNECT_ATTEMPTS("startupMaxReconnectAttempts", "0", Kind.ATTEMPTS),
    /** Whether the servers are tried in an order of chance. */
    RANDOMIZE("randomize", "false", Kind.FLAG),
    /** How many messages may wait at a consumer; 0 for one round trip per receive. */
    PREFETCH("prefetch", "1000", Kind.COUNT),
    /** And how many bytes of them. */
    PREFETCH_BYTES("prefetchBytes", "1MiB", Kind.SIZE),
    /** Whether automatic acknowledgements wait until they are durable: auto or durable. */
    ACK_MODE("ackMode", "auto", Kind.ACK_MODE),
    /** The classes that a received object message may contain, like java.util.*,com.acme.orders.**; none by default. */
    OBJECT_MESSAGE_ALLOW("objectMessageAllow", null, Kind.PATTERNS),
    /** Whether all connections to one cluster count as one resource manager, so that their work joins one branch. */
    XA_JOIN("xaJoin", "true", Kind.FLAG),
    /** Whether names of properties must be such that selectors can name them. */
    VALIDATE_PROPERTY_NAMES("validatePropertyNames", "true", Kind.FLAG),
    /** Path of a key store with the certificates to trust. */
    TRUST_STORE("trustStore", null, Kind.TEXT),
    TRUST_STORE_PASSWORD("trustStorePassword", null, Kind.SECRET),
    /** Path of a PEM file with the certificates to trust. */
    TRUST_CERTIFICATES("trustCertificates", null, Kind.TEXT),
    /** Path of a key store with the client's own key. */
    KEY_STORE("keyStore", null, Kind.TEXT),
    KEY_STORE_PASSWORD("keyStorePassword", null, Kind.SECRET),
    /** Whether the server's certificate must be for the host in the URI. */
    VERIFY_HOST("verifyHost", "true", Kind.FLAG);

    private enum Kind {
        TEXT,
        SECRET,
        TIME,
        /** A time that may be 0. */
        DELAY,
        /** A number that may be -1. */
        ATTEMPTS,
        COUNT,
        SIZE,
        FLAG,
        ACK_MODE,
        PATTERNS
    }

    private static final Map<String, Long> TIME_UNITS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);
    private static final Map<String, Long> SIZE_UNITS =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    /** Of a number whose product with a unit is exact as a double. */
    private static final int MAX_DIGITS = 15;

    private static final Map<String, ClientOption> BY_NAME = byName();

    private final String optionName;
    private final @Nullable String standard;
    private final Kind kind;

    ClientOption(String optionName, @Nullable String standard, Kind kind) {
        this.optionName = optionName;
        this.standard = standard;
        this.kind = kind;
    }

    /** As in a URI, and as a bean property. */
    String optionName() {
        return optionName;
    }

    /** What holds if nobody says otherwise. */
    @Nullable
    String standard() {
        return standard;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(ClientOption::optionName).toList();
    }

    static @Nullable ClientOption find(String name) {
        return BY_NAME.get(name);
    }

    /**
     * Refuses a value that the option cannot have.
     *
     * @throws IllegalArgumentException with {@link ErrorCode#BAD_VALUE} and the values that it can have
     */
    void check(String value) {
        switch (kind) {
            case TIME, DELAY, ATTEMPTS, COUNT, SIZE -> number(value);
            case FLAG -> checkOneOf(value, "true", "false");
            case ACK_MODE -> checkOneOf(value, "auto", "durable");
            case PATTERNS -> {
                try {
                    ObjectPolicy.allowing(value);
                } catch (IllegalArgumentException e) {
                    throw refused(value, "a list of classes and packages, like java.util.*,com.acme.orders.**", e);
                }
            }
            case TEXT, SECRET -> {}
        }
    }

    /**
     * The number that a text means for this option: of milliseconds, messages or bytes. Times may end in ms, s, m or h,
     * sizes in B, KiB, MiB or GiB.
     *
     * @throws IllegalArgumentException with {@link ErrorCode#BAD_VALUE}
     */
    long number(String value) {
        return switch (kind) {
            case TIME ->
                number(value, TIME_UNITS, 1, Integer.MAX_VALUE, "a time like 500ms, 30s or 5m, from 1ms to 24 days");
            case DELAY ->
                number(value, TIME_UNITS, 0, Integer.MAX_VALUE, "a time like 0, 500ms, 30s or 5m, of 24 days at most");
            case ATTEMPTS ->
                value.equals("-1")
                        ? -1
                        : number(value, Map.of(), 0, Integer.MAX_VALUE, "a number from 0 on, or -1 for no limit");
            case SIZE ->
                number(value, SIZE_UNITS, 1, 1L << 40, "a size like 65536, 512KiB or 1MiB, from 1 byte to 1 TiB");
            default -> number(value, Map.of(), 0, Integer.MAX_VALUE, "a number of messages from 0 on");
        };
    }

    private long number(String value, Map<String, Long> units, long least, long most, String wanted) {
        int digits = 0;
        while (digits < value.length() && Character.digit(value.charAt(digits), 10) >= 0) {
            digits++;
        }
        Long unit = digits == value.length() ? Long.valueOf(1) : units.get(value.substring(digits));
        if (unit == null || digits == 0 || digits > MAX_DIGITS) {
            throw refused(value, wanted, null);
        }
        double wide = (double) Long.parseLong(value, 0, digits, 10) * unit;
        if (wide < least || wide > most) {
            throw refused(value, wanted, null);
        }
        return (long) wide;
    }

    private void checkOneOf(String value, String one, String other) {
        if (!value.equals(one) && !value.equals(other)) {
            throw refused(value, one + " or " + other, null);
        }
    }

    private IllegalArgumentException refused(String value, String wanted, @Nullable Exception cause) {
        return new IllegalArgumentException(
                ErrorCode.BAD_VALUE.message(
                        "The option " + optionName + " is " + wanted + ", and not \"" + value + "\""),
                cause);
    }

    private static Map<String, ClientOption> byName() {
        Map<String, ClientOption> byName = new LinkedHashMap<>();
        for (ClientOption option : values()) {
            byName.put(option.optionName, option);
        }
        return Map.copyOf(byName);
    }
}
