// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.XAJMSContext;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * An application, as a process of its own: receives a message, inserts a row and sends a message in one JTA transaction, under
 * Narayana. Begins by recovering what an earlier process has left; prints a line when it works; ends by itself when nothing has
 * come for a while and nothing is in doubt.
 *
 * <p>Arguments: URL of the server, of the database, folder of the transaction log, and {@code jms} to leave the database out.
 */
final class Transfers {

    static final String IN = "transfers.in?maxDeliveries=0";
    static final String OUT = "transfers.out";

    private static final long IDLE_MS = 1_500;
    /** Empty receives and recoveries in a row before it ends: an orphan is found by the second. */
    private static final int IDLE_ROUNDS = 3;

    private final XAJMSContext context;
    private final JMSConsumer consumer;
    private final XAConnection database;
    /** Open all the time: H2 rolls back when the handle is closed. */
    private final Connection rows;

    private final boolean isJmsOnly;
    private final TransactionManager manager = TransactionService.manager();

    private Transfers(XAJMSContext context, XAConnection database, boolean isJmsOnly) throws SQLException {
        this.context = context;
        this.database = database;
        this.rows = database.getConnection();
        this.isJmsOnly = isJmsOnly;
        this.consumer = context.createConsumer(context.createQueue(IN));
    }

    public static void main(String[] args) throws Exception {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL(args[1]);
        boolean isJmsOnly = args.length > 3;
        QuoinXAConnectionFactory factory = new QuoinXAConnectionFactory(args[0]);
        try (XAJMSContext forRecovery = factory.createXAContext();
                XAJMSContext context = factory.createXAContext()) {
            XAConnection databaseForRecovery = h2.getXAConnection();
            TransactionService service = new TransactionService(
                    Path.of(args[2]), forRecovery.getXAResource(), databaseForRecovery.getXAResource());
            service.recover();
            Transfers transfers = new Transfers(context, h2.getXAConnection(), isJmsOnly);
            System.out.println("working");
            for (int idle = 0; idle < IDLE_ROUNDS; ) {
                if (transfers.transfer()) {
                    idle = 0;
                } else {
                    idle++;
                    service.recover();
                }
            }
        }
        System.exit(0); // Narayana's threads do not end by themselves
    }

    /** Does one transfer; false if there was nothing, or it failed. */
    private boolean transfer() throws SystemException, NotSupportedException, SQLException, JMSException {
        manager.begin();
        try {
            Transaction transaction = manager.getTransaction();
            XAResource jms = context.getXAResource();
            enlist(transaction, jms);
            Message message = consumer.receive(IDLE_MS);
            if (message == null) {
                transaction.delistResource(jms, XAResource.TMSUCCESS);
                manager.rollback();
                return false;
            }
            int number = message.getIntProperty("number");
            if (!isJmsOnly) {
                enlist(transaction, database.getXAResource());
                insert(number);
                transaction.delistResource(database.getXAResource(), XAResource.TMSUCCESS);
            }
            Message out = context.createMessage();
            out.setIntProperty("number", number);
            context.createProducer().send(context.createQueue(OUT), out);
            transaction.delistResource(jms, XAResource.TMSUCCESS);
            manager.commit();
            return true;
        } catch (JMSException
                | JMSRuntimeException
                | RollbackException
                | HeuristicMixedException
                | HeuristicRollbackException e) {
            System.out.println("A transfer failed: " + e);
            if (manager.getStatus() != Status.STATUS_NO_TRANSACTION) {
                manager.rollback();
            }
            return false;
        }
    }

    /** What is done with a resource that could not be enlisted would be done outside the transaction. */
    private static void enlist(Transaction transaction, XAResource resource) throws RollbackException, SystemException {
        if (!transaction.enlistResource(resource)) {
            throw new RollbackException(resource + " could not be enlisted");
        }
    }

    private void insert(int number) throws SQLException {
        try (PreparedStatement insert = rows.prepareStatement("INSERT INTO done VALUES (?)")) {
            insert.setInt(1, number);
            insert.executeUpdate();
        }
    }
}
