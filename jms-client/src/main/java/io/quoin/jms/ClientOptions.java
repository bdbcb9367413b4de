// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.ChannelOptions;
import io.quoin.jms.channel.TlsOptions;
import io.quoin.jms.channel.failover.ReconnectPolicy;
import io.quoin.jms.errors.JmsErrors;
import io.quoin.jms.message.MessageContext;
import io.quoin.jms.message.ObjectPolicy;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.uri.QuoinUri;
import jakarta.jms.JMSException;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The servers and options of a connection factory, as they were set last, by the URI or by a setter.
 *
 * <p>Thread: any; a connection gets what was set when it is created.
 */
final class ClientOptions implements Serializable {

    static final String DEFAULT_URI = "quoin://127.0.0.1:5544";

    private static final long serialVersionUID = 1L;

    private final ReentrantLock lock = new ReentrantLock();
    private final EnumMap<ClientOption, String> values = new EnumMap<>(ClientOption.class);
    private String uri;

    ClientOptions(String uri) {
        this.uri = uri;
        uri(uri);
    }

    /**
     * Takes servers and options from a URI; options that it does not name stay as they are.
     *
     * @throws IllegalArgumentException if it cannot be read, or names an unknown option or a value that is not allowed
     */
    void uri(String text) {
        QuoinUri parsed = QuoinUri.parse(text);
        parsed.checkOptions(ClientOption.names());
        Map<ClientOption, String> read = new EnumMap<>(ClientOption.class);
        parsed.options().forEach((name, value) -> {
            ClientOption option = ClientOption.find(name);
            if (option != null) {
                option.check(value);
                read.put(option, value);
            }
        });
        lock.lock();
        try {
            uri = text;
            values.putAll(read);
        } finally {
            lock.unlock();
        }
    }

    String uri() {
        lock.lock();
        try {
            return uri;
        } finally {
            lock.unlock();
        }
    }

    /** Sets an option; null for its standard. */
    void set(ClientOption option, @Nullable Object value) {
        if (value != null) {
            option.check(value.toString());
        }
        lock.lock();
        try {
            if (value == null) {
                values.remove(option);
            } else {
                values.put(option, value.toString());
            }
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    String text(ClientOption option) {
        lock.lock();
        try {
            String value = values.get(option);
            return value == null ? option.standard() : value;
        } finally {
            lock.unlock();
        }
    }

    long number(ClientOption option) {
        String value = text(option);
        return value == null ? 0 : option.number(value);
    }

    boolean flag(ClientOption option) {
        return Boolean.parseBoolean(text(option));
    }

    /** Everything that was set, by its name. */
    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        lock.lock();
        try {
            values.forEach((option, value) -> map.put(option.optionName(), value));
        } finally {
            lock.unlock();
        }
        return map;
    }

    /**
     * What a connection of that user is made with. Who hands on what he was given himself may hand on nothing: where no user
     * is named, the one that was set counts.
     */
    Settings settings(@Nullable String user, @Nullable String password) throws JMSException {
        return settings(user, password, true);
    }

    /** The same, with or without the client id. */
    Settings settings(@Nullable String user, @Nullable String password, boolean named) throws JMSException {
        QuoinUri servers = QuoinUri.parse(uri());
        if (servers.vmName() != null) {
            throw JmsErrors.of(
                    ErrorCode.VM_SERVER_UNKNOWN,
                    "There is no server " + servers.vmName() + " that this client could find");
        }
        ChannelOptions channel = new ChannelOptions(
                number(ClientOption.CONNECT_TIMEOUT),
                number(ClientOption.SEND_TIMEOUT),
                (int) number(ClientOption.SESSION_TIMEOUT),
                named ? text(ClientOption.CLIENT_ID) : null,
                user == null ? text(ClientOption.USER) : user,
                user == null ? text(ClientOption.PASSWORD) : password,
                tls());
        return new Settings(
                servers.endpoints(),
                channel,
                number(ClientOption.REQUEST_TIMEOUT),
                (int) number(ClientOption.PREFETCH),
                number(ClientOption.PREFETCH_BYTES),
                "durable".equals(text(ClientOption.ACK_MODE)),
                reconnect(),
                new MessageContext(
                        flag(ClientOption.VALIDATE_PROPERTY_NAMES),
                        ObjectPolicy.allowing(text(ClientOption.OBJECT_MESSAGE_ALLOW)),
                        flag(ClientOption.TRANSACTION_IDS),
                        text(ClientOption.APPLICATION_ID)));
    }

    private ReconnectPolicy reconnect() {
        long rounds = number(ClientOption.MAX_RECONNECT_ATTEMPTS);
        return new ReconnectPolicy(
                flag(ClientOption.RECONNECT) && rounds != 0,
                number(ClientOption.INITIAL_RECONNECT_DELAY),
                number(ClientOption.RECONNECT_DELAY),
                number(ClientOption.MAX_RECONNECT_DELAY),
                rounds,
                number(ClientOption.STARTUP_MAX_RECONNECT_ATTEMPTS),
                flag(ClientOption.RANDOMIZE));
    }

    private TlsOptions tls() {
        return new TlsOptions(
                text(ClientOption.TRUST_STORE),
                text(ClientOption.TRUST_STORE_PASSWORD),
                text(ClientOption.TRUST_CERTIFICATES),
                text(ClientOption.KEY_STORE),
                text(ClientOption.KEY_STORE_PASSWORD),
                flag(ClientOption.VERIFY_HOST));
    }
}
