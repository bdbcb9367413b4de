// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.NearestName;
import io.quoin.protocol.uri.QuoinUri;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import java.io.Serializable;
import java.util.Map;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.jspecify.annotations.Nullable;

/**
 * Where connections come from. The URI names the servers and may set every option; every option is a bean property as
 * well, and what is set last holds.
 *
 * <pre>
 * new QuoinConnectionFactory("quoin://orders.example.com:5544?prefetch=100")
 * </pre>
 *
 * Times are in milliseconds and never without limit: a server that does not answer gives an exception that says so.
 *
 * <p>Thread: any.
 */
public class QuoinConnectionFactory
        implements ConnectionFactory, QueueConnectionFactory, TopicConnectionFactory, Referenceable, Serializable {

    private static final long serialVersionUID = 1L;

    /** Resolves references without a compile-time dependency on the naming package. */
    private static final String OBJECT_FACTORY = "io.quoin.jms.jndi.QuoinObjectFactory";

    private final ClientOptions options;

    /** Connections to {@code quoin://127.0.0.1:5544}, until {@link #setUri} says otherwise. */
    public QuoinConnectionFactory() {
        this(ClientOptions.DEFAULT_URI);
    }

    /**
     * Connections to the servers of a URI.
     *
     * @throws IllegalArgumentException if the URI cannot be read or has an unknown option; the text names the nearest one
     */
    public QuoinConnectionFactory(String uri) {
        options = new ClientOptions(uri);
    }

    // --- Connections

    @Override
    public Connection createConnection() throws JMSException {
        return createConnection(getUser(), getPassword());
    }

    @Override
    public Connection createConnection(@Nullable String user, @Nullable String password) throws JMSException {
        return open(user, password, Domain.BOTH);
    }

    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return createQueueConnection(getUser(), getPassword());
    }

    @Override
    public QueueConnection createQueueConnection(@Nullable String user, @Nullable String password) throws JMSException {
        return open(user, password, Domain.QUEUES);
    }

    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return createTopicConnection(getUser(), getPassword());
    }

    @Override
    public TopicConnection createTopicConnection(@Nullable String user, @Nullable String password) throws JMSException {
        return open(user, password, Domain.TOPICS);
    }

    private QuoinConnection open(@Nullable String user, @Nullable String password, Domain domain) throws JMSException {
        return QuoinConnection.open(options.settings(user, password), domain);
    }

    /** What is set now. */
    ClientOptions options() {
        return options;
    }

    @Override
    public JMSContext createContext() {
        return createContext(getUser(), getPassword(), JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return createContext(getUser(), getPassword(), sessionMode);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password) {
        return createContext(user, password, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password, int sessionMode) {
        try {
            Mode mode = Mode.of(sessionMode);
            return QuoinJMSContext.open(open(user, password, Domain.BOTH), mode);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    // --- Naming

    @Override
    public Reference getReference() {
        Reference reference = new Reference(getClass().getName(), OBJECT_FACTORY, null);
        reference.add(new StringRefAddr("uri", getUri()));
        for (Map.Entry<String, String> option : options.toMap().entrySet()) {
            reference.add(new StringRefAddr(option.getKey(), option.getValue()));
        }
        return reference;
    }

    /**
     * Sets an option by the name that it has in a URI.
     *
     * @throws IllegalArgumentException if there is none of that name, or it cannot have that value
     */
    public void setOption(String name, @Nullable String value) {
        ClientOption option = ClientOption.find(name);
        if (option == null) {
            throw new IllegalArgumentException(
                    ErrorCode.UNKNOWN_OPTION.message(NearestName.unknown("option", name, ClientOption.names())));
        }
        options.set(option, value);
    }

    // --- Bean properties

    /** The URI as it was set, without what setters have changed since. */
    public String getUri() {
        return options.uri();
    }

    /** Sets the servers, and those options that the URI names. */
    public void setUri(String uri) {
        options.uri(uri);
    }

    /** The user, for connections that are created without one. */
    public @Nullable String getUser() {
        return options.text(ClientOption.USER);
    }

    /** Sets {@link #getUser}; null for what holds unless set. */
    public void setUser(@Nullable String value) {
        options.set(ClientOption.USER, value);
    }

    /** The password of that user. */
    public @Nullable String getPassword() {
        return options.text(ClientOption.PASSWORD);
    }

    /** Sets {@link #getPassword}; null for what holds unless set. */
    public void setPassword(@Nullable String value) {
        options.set(ClientOption.PASSWORD, value);
    }

    /** The client id of every connection that is created. */
    public @Nullable String getClientID() {
        return options.text(ClientOption.CLIENT_ID);
    }

    /** Sets {@link #getClientID}; null for what holds unless set. */
    public void setClientID(@Nullable String value) {
        options.set(ClientOption.CLIENT_ID, value);
    }

    /** Whether messages have the names of their transactions as JMSXProducerTXID and JMSXConsumerTXID; false unless set. */
    public boolean isTransactionIDs() {
        return options.flag(ClientOption.TRANSACTION_IDS);
    }

    /** Sets {@link #isTransactionIDs}. */
    public void setTransactionIDs(boolean value) {
        options.set(ClientOption.TRANSACTION_IDS, value);
    }

    /** Who sends: every message that is sent has it as JMSXAppID. None unless set. */
    public @Nullable String getApplicationID() {
        return options.text(ClientOption.APPLICATION_ID);
    }

    /** Sets {@link #getApplicationID}; null for what holds unless set. */
    public void setApplicationID(@Nullable String value) {
        options.set(ClientOption.APPLICATION_ID, value);
    }

    /** For one server, from the look-up of its name to its welcome, in ms; 15,000 unless set. */
    public long getConnectTimeout() {
        return options.number(ClientOption.CONNECT_TIMEOUT);
    }

    /** Sets {@link #getConnectTimeout}. */
    public void setConnectTimeout(long value) {
        options.set(ClientOption.CONNECT_TIMEOUT, value);
    }

    /** Whether a connection that was lost is looked for again; true unless set. */
    public boolean isReconnect() {
        return options.flag(ClientOption.RECONNECT);
    }

    /** Sets {@link #isReconnect}. */
    public void setReconnect(boolean value) {
        options.set(ClientOption.RECONNECT, value);
    }

    /** Before the first attempt after a loss, in ms; 0 unless set. */
    public long getInitialReconnectDelay() {
        return options.number(ClientOption.INITIAL_RECONNECT_DELAY);
    }

    /** Sets {@link #getInitialReconnectDelay}. */
    public void setInitialReconnectDelay(long value) {
        options.set(ClientOption.INITIAL_RECONNECT_DELAY, value);
    }

    /** Before the second attempt, in ms, and doubling from there; 50 unless set. */
    public long getReconnectDelay() {
        return options.number(ClientOption.RECONNECT_DELAY);
    }

    /** Sets {@link #getReconnectDelay}. */
    public void setReconnectDelay(long value) {
        options.set(ClientOption.RECONNECT_DELAY, value);
    }

    /** What the delay between attempts does not exceed, in ms; 3,000 unless set. */
    public long getMaxReconnectDelay() {
        return options.number(ClientOption.MAX_RECONNECT_DELAY);
    }

    /** Sets {@link #getMaxReconnectDelay}. */
    public void setMaxReconnectDelay(long value) {
        options.set(ClientOption.MAX_RECONNECT_DELAY, value);
    }

    /** How often all servers are tried after a loss; -1 for no limit, which holds unless set. */
    public int getMaxReconnectAttempts() {
        return (int) options.number(ClientOption.MAX_RECONNECT_ATTEMPTS);
    }

    /** Sets {@link #getMaxReconnectAttempts}. */
    public void setMaxReconnectAttempts(int value) {
        options.set(ClientOption.MAX_RECONNECT_ATTEMPTS, value);
    }

    /** How often all servers are tried again for a new connection; 0 unless set. */
    public int getStartupMaxReconnectAttempts() {
        return (int) options.number(ClientOption.STARTUP_MAX_RECONNECT_ATTEMPTS);
    }

    /** Sets {@link #getStartupMaxReconnectAttempts}. */
    public void setStartupMaxReconnectAttempts(int value) {
        options.set(ClientOption.STARTUP_MAX_RECONNECT_ATTEMPTS, value);
    }

    /** Whether the servers are tried in an order of chance; false unless set. */
    public boolean isRandomize() {
        return options.flag(ClientOption.RANDOMIZE);
    }

    /** Sets {@link #isRandomize}. */
    public void setRandomize(boolean value) {
        options.set(ClientOption.RANDOMIZE, value);
    }

    /** For every answer of the server but that to a send, in ms; 30,000 unless set. */
    public long getRequestTimeout() {
        return options.number(ClientOption.REQUEST_TIMEOUT);
    }

    /** Sets {@link #getRequestTimeout}. */
    public void setRequestTimeout(long value) {
        options.set(ClientOption.REQUEST_TIMEOUT, value);
    }

    /** For the answer to a send, for credit, and for a write that does not get on, in ms; 30,000 unless set. */
    public long getSendTimeout() {
        return options.number(ClientOption.SEND_TIMEOUT);
    }

    /** Sets {@link #getSendTimeout}. */
    public void setSendTimeout(long value) {
        options.set(ClientOption.SEND_TIMEOUT, value);
    }

    /** How long the server may be silent, in ms; 35,000 unless set. The server caps it. */
    public int getSessionTimeout() {
        return (int) options.number(ClientOption.SESSION_TIMEOUT);
    }

    /** Sets {@link #getSessionTimeout}. */
    public void setSessionTimeout(int value) {
        options.set(ClientOption.SESSION_TIMEOUT, value);
    }

    /** How many messages may wait at a consumer; 1,000 unless set, 0 for one round trip per receive. */
    public int getPrefetch() {
        return (int) options.number(ClientOption.PREFETCH);
    }

    /** Sets {@link #getPrefetch}. */
    public void setPrefetch(int value) {
        options.set(ClientOption.PREFETCH, value);
    }

    /** How many bytes of messages may wait at a consumer; 1 MiB unless set. */
    public long getPrefetchBytes() {
        return options.number(ClientOption.PREFETCH_BYTES);
    }

    /** Sets {@link #getPrefetchBytes}. */
    public void setPrefetchBytes(long value) {
        options.set(ClientOption.PREFETCH_BYTES, value);
    }

    /** {@code durable} if automatic acknowledgements are to wait for the disk; {@code auto} unless set. */
    public @Nullable String getAckMode() {
        return options.text(ClientOption.ACK_MODE);
    }

    /** Sets {@link #getAckMode}; null for what holds unless set. */
    public void setAckMode(@Nullable String value) {
        options.set(ClientOption.ACK_MODE, value);
    }

    /** The classes that a received object message may contain, like {@code java.util.*,com.acme.orders.**}; none unless set. */
    public @Nullable String getObjectMessageAllow() {
        return options.text(ClientOption.OBJECT_MESSAGE_ALLOW);
    }

    /** Sets {@link #getObjectMessageAllow}; null for what holds unless set. */
    public void setObjectMessageAllow(@Nullable String value) {
        options.set(ClientOption.OBJECT_MESSAGE_ALLOW, value);
    }

    /**
     * Whether all connections to one cluster count as one resource manager of distributed transactions, so that the work of
     * several joins one branch, which then commits in one phase; true unless set.
     */
    public boolean isXaJoin() {
        return options.flag(ClientOption.XA_JOIN);
    }

    public void setXaJoin(boolean value) {
        options.set(ClientOption.XA_JOIN, value);
    }

    /** Whether names of properties must be such that selectors can name them; true unless set. */
    public boolean isValidatePropertyNames() {
        return options.flag(ClientOption.VALIDATE_PROPERTY_NAMES);
    }

    /** Sets {@link #isValidatePropertyNames}. */
    public void setValidatePropertyNames(boolean value) {
        options.set(ClientOption.VALIDATE_PROPERTY_NAMES, value);
    }

    /** Path of a key store with the certificates to trust; that of the JVM unless set. */
    public @Nullable String getTrustStore() {
        return options.text(ClientOption.TRUST_STORE);
    }

    /** Sets {@link #getTrustStore}; null for what holds unless set. */
    public void setTrustStore(@Nullable String value) {
        options.set(ClientOption.TRUST_STORE, value);
    }

    /** The password of that key store. */
    public @Nullable String getTrustStorePassword() {
        return options.text(ClientOption.TRUST_STORE_PASSWORD);
    }

    /** Sets {@link #getTrustStorePassword}; null for what holds unless set. */
    public void setTrustStorePassword(@Nullable String value) {
        options.set(ClientOption.TRUST_STORE_PASSWORD, value);
    }

    /** Path of a PEM file with the certificates to trust. */
    public @Nullable String getTrustCertificates() {
        return options.text(ClientOption.TRUST_CERTIFICATES);
    }

    /** Sets {@link #getTrustCertificates}; null for what holds unless set. */
    public void setTrustCertificates(@Nullable String value) {
        options.set(ClientOption.TRUST_CERTIFICATES, value);
    }

    /** Path of a key store with the client's own key, where the server asks for one. */
    public @Nullable String getKeyStore() {
        return options.text(ClientOption.KEY_STORE);
    }

    /** Sets {@link #getKeyStore}; null for what holds unless set. */
    public void setKeyStore(@Nullable String value) {
        options.set(ClientOption.KEY_STORE, value);
    }

    /** The password of that key store. */
    public @Nullable String getKeyStorePassword() {
        return options.text(ClientOption.KEY_STORE_PASSWORD);
    }

    /** Sets {@link #getKeyStorePassword}; null for what holds unless set. */
    public void setKeyStorePassword(@Nullable String value) {
        options.set(ClientOption.KEY_STORE_PASSWORD, value);
    }

    /** Whether the server's certificate must be for the host of the URI; true unless set. */
    public boolean isVerifyHost() {
        return options.flag(ClientOption.VERIFY_HOST);
    }

    /** Sets {@link #isVerifyHost}. */
    public void setVerifyHost(boolean value) {
        options.set(ClientOption.VERIFY_HOST, value);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + QuoinUri.parse(getUri()).endpoints() + "]";
    }
}
