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
 * The options of a connection factory, in the URI and as bean properties alike. Times are in milliseconds, sizes in bytes.
 */
enum ClientOption {
    /** The user, if the call that creates the connection names none. */
    USERNAME("username", null, Kind.TEXT),
    PASSWORD("password", null, Kind.SECRET),
    /** The client id of every connection; then nobody else can set one. */
    CLIENT_ID("clientID", null, Kind.TEXT),
    /** From the look-up of the name to the server's welcome, for each server that the URI names. */
    CONNECT_TIMEOUT("connectTimeout", "15000", Kind.TIME),
    /** For every answer of the server but that to a send. */
    REQUEST_TIMEOUT("requestTimeout", "30000", Kind.TIME),
    /** For the server's answer to a send, for credit, and for a write that does not get on. */
    SEND_TIMEOUT("sendTimeout", "30000", Kind.TIME),
    /** How long the server may be silent before it is taken for lost; the server caps it. */
    SESSION_TIMEOUT("sessionTimeout", "35000", Kind.TIME),
    /** How many messages may wait at a consumer; 0 for one round trip per receive. */
    PREFETCH("prefetch", "1000", Kind.COUNT),
    /** And how many bytes of them. */
    PREFETCH_BYTES("prefetchBytes", "1048576", Kind.SIZE),
    /** Whether automatic acknowledgements wait until they are durable: auto or durable. */
    ACK_MODE("ackMode", "auto", Kind.ACK_MODE),
    /** The classes that a received object message may contain, like java.util.*,com.acme.orders.**; none by default. */
    OBJECT_MESSAGE_ALLOW("objectMessageAllow", null, Kind.PATTERNS),
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
        COUNT,
        SIZE,
        FLAG,
        ACK_MODE,
        PATTERNS
    }

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

    boolean isSecret() {
        return kind == Kind.SECRET;
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
            case TIME -> checkNumber(value, 1, Integer.MAX_VALUE, "milliseconds");
            case COUNT -> checkNumber(value, 0, Integer.MAX_VALUE, "messages");
            case SIZE -> checkNumber(value, 1, Long.MAX_VALUE / 2, "bytes");
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

    private void checkNumber(String value, long least, long most, String unit) {
        String wanted = "a number of " + unit + " from " + least + " to " + most;
        try {
            long number = Long.parseLong(value);
            if (number < least || number > most) {
                throw refused(value, wanted, null);
            }
        } catch (NumberFormatException e) {
            throw refused(value, wanted, e);
        }
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
