// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.fake;

import io.quoin.ra.QuoinResourceAdapter;
import io.quoin.ra.outbound.QuoinManagedConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.transaction.xa.XAException;

/**
 * A pool of an application server: in a transaction everybody gets the same connection, which is enlisted; outside of one each
 * handle has its own. Not for several threads at a time.
 */
public final class Pool implements ConnectionManager, ConnectionEventListener {

    private static final long serialVersionUID = 1L;

    private final transient Transactions transactions;
    public final transient QuoinManagedConnectionFactory factory;
    private final transient Set<ManagedConnection> free = new HashSet<>();
    /** Those with handles, or in a transaction. */
    public final transient List<ManagedConnection> used = new ArrayList<>();

    public final transient List<ManagedConnection> broken = new ArrayList<>();
    private transient ManagedConnection enlisted;

    public Pool(QuoinResourceAdapter adapter, Transactions transactions) throws ResourceException {
        this(adapter, transactions, new QuoinManagedConnectionFactory());
    }

    public Pool(QuoinResourceAdapter adapter, Transactions transactions, QuoinManagedConnectionFactory factory)
            throws ResourceException {
        this.transactions = transactions;
        this.factory = factory;
        factory.setResourceAdapter(adapter);
    }

    public ConnectionFactory connections() {
        return (ConnectionFactory) factory.createConnectionFactory(this);
    }

    @Override
    public Object allocateConnection(ManagedConnectionFactory of, ConnectionRequestInfo request)
            throws ResourceException {
        if (transactions.isActive() && enlisted != null) {
            return enlisted.getConnection(null, request);
        }
        ManagedConnection found = of.matchManagedConnections(free, null, request);
        if (found == null) {
            found = of.createManagedConnection(null, request);
            found.addConnectionEventListener(this);
        }
        free.remove(found);
        used.add(found);
        if (transactions.isActive()) {
            try {
                transactions.enlist(found.getXAResource());
                enlisted = found;
            } catch (XAException e) {
                throw new ResourceException(e);
            }
        }
        return found.getConnection(null, request);
    }

    /** The transaction is over: its connection goes back. */
    public void transactionEnded() throws ResourceException {
        ManagedConnection was = enlisted;
        enlisted = null;
        if (was != null) {
            giveBack(was);
        }
    }

    private void giveBack(ManagedConnection connection) throws ResourceException {
        used.remove(connection);
        connection.cleanup();
        free.add(connection);
    }

    @Override
    public void connectionClosed(ConnectionEvent event) {
        ManagedConnection connection = (ManagedConnection) event.getSource();
        if (connection == enlisted || !used.contains(connection)) {
            return;
        }
        try {
            giveBack(connection);
        } catch (ResourceException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void connectionErrorOccurred(ConnectionEvent event) {
        ManagedConnection connection = (ManagedConnection) event.getSource();
        broken.add(connection);
        used.remove(connection);
        free.remove(connection);
        try {
            connection.destroy();
        } catch (ResourceException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void localTransactionStarted(ConnectionEvent event) {}

    @Override
    public void localTransactionCommitted(ConnectionEvent event) {}

    @Override
    public void localTransactionRolledback(ConnectionEvent event) {}

    public void destroy() throws ResourceException {
        for (ManagedConnection connection : free) {
            connection.destroy();
        }
        for (ManagedConnection connection : List.copyOf(used)) {
            connection.destroy();
        }
        free.clear();
        used.clear();
    }
}
