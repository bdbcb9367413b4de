// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import io.quoin.protocol.ErrorCode;
import io.quoin.ra.config.ServerAccess;
import io.quoin.ra.config.Surroundings;
import io.quoin.ra.inbound.Activations;
import io.quoin.ra.inbound.QuoinActivationSpec;
import jakarta.resource.NotSupportedException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ConfigProperty;
import jakarta.resource.spi.Connector;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.TransactionSupport;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.Serializable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/**
 * The resource adapter. Its properties hold for whatever does not say otherwise: connection factories, message-driven beans
 * and recovery. It needs no server to start.
 *
 * <p>Thread: any, once the application server has set its properties.
 */
@Connector(
        displayName = "Quoin",
        description = "Messages of a Quoin server for Jakarta EE",
        vendorName = "Quoin",
        eisType = "Quoin",
        reauthenticationSupport = false,
        transactionSupport = TransactionSupport.TransactionSupportLevel.XATransaction)
public final class QuoinResourceAdapter implements ResourceAdapter, Surroundings, Serializable {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = System.getLogger(QuoinResourceAdapter.class.getName());

    private @Nullable String url;
    private @Nullable String userName;
    private @Nullable String password;
    private transient volatile @Nullable TransactionSynchronizationRegistry transactions;
    private transient volatile @Nullable Activations activations;
    private transient volatile boolean stopped;

    // --- Bean properties

    /** Servers and options, like {@code quoin://orders.example.com:5544}; {@code quoin://127.0.0.1:5544} unless set. */
    public @Nullable String getUrl() {
        return url;
    }

    /** Sets {@link #getUrl}. */
    @ConfigProperty(description = "Servers and options, like quoin://host:5544")
    public void setUrl(@Nullable String value) {
        url = value;
    }

    /** Whoever logs in where nothing else says. */
    public @Nullable String getUserName() {
        return userName;
    }

    /** Sets {@link #getUserName}. */
    @ConfigProperty(description = "Whoever logs in where nothing else says")
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

    @Override
    public ServerAccess access() {
        return new ServerAccess(url, userName, password, null);
    }

    @Override
    public @Nullable TransactionSynchronizationRegistry transactions() {
        return transactions;
    }

    // --- The contract

    @Override
    public void start(BootstrapContext context) {
        transactions = context.getTransactionSynchronizationRegistry();
        activations = new Activations(context);
        stopped = false;
    }

    /** Ends all that is left within 10 seconds. */
    @Override
    public void stop() {
        Activations running = activations;
        activations = null;
        transactions = null;
        stopped = true;
        if (running != null) {
            running.close();
        }
    }

    /** Returns once everything is looked up; the connection is made afterwards, unless {@code failFast} is set. */
    @Override
    public void endpointActivation(MessageEndpointFactory endpoints, ActivationSpec spec) throws ResourceException {
        Activations running = activations;
        if (stopped) {
            // WildFly 39 activates a bean whose deployment has failed once more when it is reloaded, on the adapter of
            // before the reload, and ends itself if that throws.
            LOG.log(
                    Level.WARNING,
                    ErrorCode.ACTIVATION_REFUSED.message(
                            "A bean was activated on a resource adapter that has been stopped, and gets no message"));
            return;
        }
        if (running == null) {
            throw new jakarta.resource.spi.IllegalStateException(ErrorCode.ACTIVATION_REFUSED.message(
                    "A bean was activated on a resource adapter that was not started"));
        }
        running.activate(endpoints, own(spec), access());
    }

    @Override
    public void endpointDeactivation(MessageEndpointFactory endpoints, ActivationSpec spec) {
        Activations running = activations;
        if (running != null) {
            running.deactivate(endpoints, spec);
        }
    }

    private static QuoinActivationSpec own(ActivationSpec spec) throws ResourceException {
        if (spec instanceof QuoinActivationSpec own) {
            return own;
        }
        throw new NotSupportedException(ErrorCode.ACTIVATION_REFUSED.message(
                "A bean was activated with what is no QuoinActivationSpec: " + spec));
    }

    /** One for each server: it connects when it is asked, so that it works whatever else has ended. */
    @Override
    public XAResource[] getXAResources(ActivationSpec[] specs) throws ResourceException {
        Set<ServerAccess> servers = new LinkedHashSet<>();
        for (ActivationSpec spec : specs) {
            servers.add(own(spec).access(access()).withoutClientId());
        }
        List<XAResource> resources = new ArrayList<>();
        servers.forEach(server -> resources.add(new RecoveryResource(server)));
        return resources.toArray(XAResource[]::new);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QuoinResourceAdapter that
                && Objects.equals(url, that.url)
                && Objects.equals(userName, that.userName)
                && Objects.equals(password, that.password);
    }

    @Override
    public int hashCode() {
        return Objects.hash(url, userName);
    }

    @Override
    public String toString() {
        return "QuoinResourceAdapter[" + access() + "]";
    }
}
