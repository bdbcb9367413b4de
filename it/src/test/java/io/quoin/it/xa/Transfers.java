// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import io.quoin.it.process.HaltingServer;
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
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/**
 * An application, as a process of its own: receives a message, inserts a row and sends a message in one JTA transaction, under
 * Narayana. Begins by recovering what an earlier process has left; prints a line when it works; ends by itself when nothing has
 * come for a while and nothing is in doubt.
 *
 * <p>Arguments: URL of the server, of the database, folder of the transaction log, and any of
 * <ul>
 *   <li>{@code jms}: the database is left out, so that transactions are committed in one phase;
 *   <li>{@code data=FOLDER}: of a {@link HaltingServer}, the end of which it arms in the moment in which a transaction begins
 *       to be completed; it says so afterwards, and does not end by itself;
 *   <li>{@code halt=N}: ends, as {@code kill -9} ends it, before or after a prepare or commit of a resource: at the N-th of
 *       these moments.
 * </ul>
 */
final class Transfers {

    static final String IN = "transfers.in?maxDeliveries=0";
    static final String OUT = "transfers.out";

    /** The exit code of an application that has halted as planned. */
    static final int HALTED = HaltingServer.HALTED;

    static final String WORKING = "working";
    static final String CYCLE_OVER = "cycle over, ";
    static final String COMMITTED = "committed";

    private static final long IDLE_MS = 500;
    /** Empty receives and recoveries in a row before it ends: an orphan is found by the second. */
    private static final int IDLE_ROUNDS = 3;

    private final Arguments arguments;
    private final XAJMSContext context;
    private final JMSConsumer consumer;
    private final XAResource jms;
    private final XAResource database;
    /** Open all the time: H2 rolls back when the handle is closed. */
    private final Connection rows;

    private final TransactionManager manager = TransactionService.manager();
    /** Moments of completion so far. */
    private int moments;

    private boolean isArmed;

    /**
     * What the process was told.
     *
     * @param data of the halting server, or null
     * @param halt at which moment to end; 0 for none
     */
    private record Arguments(
            String server,
            String database,
            Path log,
            boolean isJmsOnly,
            @Nullable Path data,
            int halt) {

        static Arguments parse(String[] args) {
            boolean isJmsOnly = false;
            Path data = null;
            int halt = 0;
            for (String option : List.of(args).subList(3, args.length)) {
                String[] parts = option.split("=", 2);
                switch (parts[0]) {
                    case "jms" -> isJmsOnly = true;
                    case "data" -> data = Path.of(parts[1]);
                    case "halt" -> halt = Integer.parseInt(parts[1]);
                    default -> throw new IllegalArgumentException(option);
                }
            }
            return new Arguments(args[0], args[1], Path.of(args[2]), isJmsOnly, data, halt);
        }
    }

    private Transfers(Arguments arguments, XAJMSContext context, XAConnection database) throws SQLException {
        this.arguments = arguments;
        this.context = context;
        this.rows = database.getConnection();
        this.jms = new WatchedResource(context.getXAResource(), new Completion(true));
        this.database = new WatchedResource(database.getXAResource(), new Completion(false));
        this.consumer = context.createConsumer(context.createQueue(IN));
    }

    public static void main(String[] args) throws Exception {
        Arguments arguments = Arguments.parse(args);
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL(arguments.database);
        QuoinXAConnectionFactory factory = new QuoinXAConnectionFactory(arguments.server);
        try (XAJMSContext forRecovery = factory.createXAContext();
                XAJMSContext context = factory.createXAContext()) {
            XAConnection databaseForRecovery = h2.getXAConnection();
            TransactionService service = new TransactionService(
                    arguments.log, forRecovery.getXAResource(), databaseForRecovery.getXAResource());
            service.recover();
            Transfers transfers = new Transfers(arguments, context, h2.getXAConnection());
            System.out.println(WORKING);
            for (int idle = 0; idle < IDLE_ROUNDS; ) {
                boolean done = transfers.transfer();
                transfers.disarm(done);
                if (done || arguments.data != null) {
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
        int number = -1;
        manager.begin();
        try {
            Transaction transaction = manager.getTransaction();
            enlist(transaction, jms);
            Message message = consumer.receive(IDLE_MS);
            if (message == null) {
                transaction.delistResource(jms, XAResource.TMSUCCESS);
                manager.rollback();
                return false;
            }
            number = message.getIntProperty("number");
            if (!arguments.isJmsOnly) {
                enlist(transaction, database);
                insert(number);
                transaction.delistResource(database, XAResource.TMSUCCESS);
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
            System.out.println("A transfer failed, of " + number + ": " + e);
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

    private void disarm(boolean committed) throws IOException {
        if (isArmed) {
            isArmed = false;
            HaltingServer.disarm(Objects.requireNonNull(arguments.data));
            System.out.println(CYCLE_OVER + (committed ? COMMITTED : "not committed"));
        }
    }

    /** Arms the server's end, and ends this process, where that is wanted. */
    private final class Completion implements WatchedResource.Watch {

        private final boolean isJms;

        Completion(boolean isJms) {
            this.isJms = isJms;
        }

        @Override
        public void before(WatchedResource.Method method, Xid xid, int flags) {
            if (method.completes() && isJms && arguments.data != null && !isArmed) {
                isArmed = HaltingServer.arm(arguments.data);
            }
            moment(method);
        }

        @Override
        public void after(WatchedResource.Method method, Xid xid, int flags, int answer) {
            moment(method);
        }

        private void moment(WatchedResource.Method method) {
            if (method.completes() && ++moments == arguments.halt) {
                Runtime.getRuntime().halt(HALTED);
            }
        }
    }
}
