// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.QuoinXAConnectionFactory;
import io.quoin.protocol.ErrorCode;
import io.quoin.ra.config.ServerAccess;
import io.quoin.ra.config.Surroundings;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.ConfigProperty;
import jakarta.resource.spi.ConnectionDefinition;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import jakarta.resource.spi.SecurityException;
import jakarta.resource.spi.ValidatingManagedConnectionFactory;
import jakarta.resource.spi.security.PasswordCredential;
import java.io.PrintWriter;
import java.io.Serializable;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * Makes the connections that an application server pools, and the connection factory that applications look up. One
 * property, {@code url}, is enough; without it that of the resource adapter counts.
 *
 * <p>Who logs in is, in this order: whom the container says (a {@code Subject} with a password credential for this factory),
 * whom the application names ({@code createConnection(user, password)}), {@code userName}, {@code user} in the URL, and the
 * same of the resource adapter.
 *
 * <p>Thread: any, once the application server has set its properties.
 */
@ConnectionDefinition(
        connectionFactory = ConnectionFactory.class,
        connectionFactoryImpl = PooledConnectionFactory.class,
        connection = Connection.class,
        connectionImpl = ConnectionHandle.class)
public class QuoinManagedConnectionFactory
        implements ManagedConnectionFactory,
                ResourceAdapterAssociation,
                ValidatingManagedConnectionFactory,
                Serializable {

    private static final long serialVersionUID = 1L;

    private @Nullable String url;
    private @Nullable String userName;
    private @Nullable String password;
    private @Nullable String clientId;
    private boolean eeRules = true;
    private transient @Nullable ResourceAdapter adapter;
    private transient @Nullable PrintWriter log;

    // --- Bean properties

    /** Servers and options, like {@code quoin://orders.example.com:5544}; that of the resource adapter unless set. */
    public @Nullable String getUrl() {
        return url;
    }

    /** Sets {@link #getUrl}. */
    @ConfigProperty(description = "Servers and options, like quoin://host:5544")
    public void setUrl(@Nullable String value) {
        url = value;
    }

    /** Whoever logs in, unless the container or the application says. */
    public @Nullable String getUserName() {
        return userName;
    }

    /** Sets {@link #getUserName}. */
    @ConfigProperty(description = "Whoever logs in, unless the container or the application says")
    public void setUserName(@Nullable String value) {
        userName = value;
    }

    /** The password of that user. */
    public @Nullable String getPassword() {
        return password;
    }

    /** Sets {@link #getPassword}. */
    @ConfigProperty(confidential = true, description = "The password of that user")
    public void setPassword(@Nullable String value) {
        password = value;
    }

    /** The client id of every connection: then there can be only one at a time. None unless set. */
    public @Nullable String getClientId() {
        return clientId;
    }

    /** Sets {@link #getClientId}. */
    @ConfigProperty(description = "The client id of every connection, of which there can be only one then")
    public void setClientId(@Nullable String value) {
        clientId = value;
    }

    /** Whether applications are held to what is allowed in a web or EJB container (Messaging 3.1 §12); true unless set. */
    public Boolean getEeRules() {
        return eeRules;
    }

    /** Sets {@link #getEeRules}. */
    @ConfigProperty(defaultValue = "true", description = "Whether the rules of web and EJB containers are enforced")
    public void setEeRules(Boolean value) {
        eeRules = value;
    }

    @Override
    public @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    @Override
    public void setResourceAdapter(ResourceAdapter to) throws ResourceException {
        if (!(to instanceof Surroundings)) {
            throw new InvalidPropertyException(ErrorCode.BAD_VALUE.message(
                    "A connection factory of Quoin was given to the resource adapter " + to));
        }
        adapter = to;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return log;
    }

    /** Kept, as the contract asks; what there is to say goes to {@link System.Logger}. */
    @Override
    public void setLogWriter(@Nullable PrintWriter to) {
        log = to;
    }

    @Nullable
    Surroundings surroundings() {
        return (Surroundings) adapter;
    }

    EeRules rules() {
        return new EeRules(eeRules);
    }

    /** Which server, and as whom if neither the container nor the application says. */
    ServerAccess access() {
        Surroundings around = surroundings();
        ServerAccess own = new ServerAccess(url, userName, password, clientId);
        return own.or(around == null ? ServerAccess.UNSAID : around.access());
    }

    // --- The contract

    @Override
    public Object createConnectionFactory(ConnectionManager manager) {
        return new PooledConnectionFactory(this, manager);
    }

    /** Outside an application server: a plain factory, to which no rules of containers apply. */
    @Override
    public Object createConnectionFactory() throws ResourceException {
        return factory(access());
    }

    @Override
    public ManagedConnection createManagedConnection(@Nullable Subject subject, @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        ServerAccess access = access(subject, request);
        QuoinXAConnectionFactory factory = factory(access);
        // What was begun on a connection that is lost is lost with it: whoever has it hears so at once.
        factory.setReconnect(false);
        try {
            return new QuoinManagedConnection(this, access, factory);
        } catch (JMSSecurityException e) {
            throw new SecurityException(e.getMessage(), e);
        } catch (JMSException e) {
            throw new CommException(e.getMessage(), e);
        }
    }

    private static QuoinXAConnectionFactory factory(ServerAccess access) throws ResourceException {
        try {
            return access.factory();
        } catch (IllegalArgumentException e) {
            throw new InvalidPropertyException(e.getMessage(), e);
        }
    }

    /** The server as whom the container, the application or the properties say, in this order. */
    ServerAccess access(@Nullable Subject subject, @Nullable ConnectionRequestInfo request) {
        if (subject != null) {
            for (PasswordCredential credential : subject.getPrivateCredentials(PasswordCredential.class)) {
                if (equals(credential.getManagedConnectionFactory())) {
                    return access().as(credential.getUserName(), new String(credential.getPassword()));
                }
            }
        }
        return request instanceof ConnectionRequest named ? access().as(named.user(), named.password()) : access();
    }

    /** One that is of the same user and has its connection; null if there is none, and then the container makes another one. */
    @Override
    @SuppressWarnings("rawtypes") // the contract's
    public @Nullable ManagedConnection matchManagedConnections(
            Set candidates, @Nullable Subject subject, @Nullable ConnectionRequestInfo request) {
        ServerAccess wanted = access(subject, request);
        for (Object candidate : candidates) {
            if (candidate instanceof QuoinManagedConnection own && own.isUsableAs(wanted)) {
                return own;
            }
        }
        return null;
    }

    /** Those whose connection is lost. It costs no round trip: a connection that is lost says so by itself. */
    @Override
    @SuppressWarnings("rawtypes") // the contract's
    public Set getInvalidConnections(Set candidates) {
        Set<Object> invalid = new HashSet<>();
        for (Object candidate : candidates) {
            if (candidate instanceof QuoinManagedConnection own && !own.isUsable()) {
                invalid.add(own);
            }
        }
        return invalid;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QuoinManagedConnectionFactory that
                && getClass() == that.getClass()
                && eeRules == that.eeRules
                && Objects.equals(url, that.url)
                && Objects.equals(userName, that.userName)
                && Objects.equals(password, that.password)
                && Objects.equals(clientId, that.clientId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(getClass(), url, userName, clientId, eeRules);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + access() + "]";
    }
}
