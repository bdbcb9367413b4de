// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

import com.arjuna.ats.arjuna.common.CoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.RecoveryEnvironmentBean;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTANodeNameXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.JTATransactionLogXAResourceOrphanFilter;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import com.zaxxer.hikari.HikariDataSource;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.XAJMSContext;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import org.h2.jdbcx.JdbcDataSource;

/**
 * Receives orders, books each in a database and confirms it on another queue, in one JTA transaction each, in plain Java SE with
 * Narayana as transaction manager: whatever is killed and whenever, each order leads to one row and one confirmation.
 *
 * <p>Class path: the client, narayana-jta 7.3.4.Final without its dependencies, jboss-logging, jboss-transaction-spi,
 * jakarta.transaction-api, HikariCP with slf4j-api, and the database's driver. Arguments: the folder for the database and the transaction log.
 */
public final class Transfer {

    private static final String NODE = "1"; // unique among the processes that share resources
    private static final long WAIT_MS = 2_000;

    public static void main(String[] args) throws Exception {
        String folder = args[0];
        QuoinXAConnectionFactory factory =
                new QuoinXAConnectionFactory(System.getenv().getOrDefault("QUOIN_URL", "quoin://127.0.0.1:5544"));
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:file:" + folder + "/orders");
        HikariDataSource pool = pool(h2);
        try (Connection connection = pool.getConnection()) {
            connection.createStatement().execute("CREATE TABLE IF NOT EXISTS booked (text VARCHAR(100))");
        }
        try (JMSContext context = factory.createContext()) {
            for (int i = 1; i <= 3; i++) {
                context.createProducer().send(context.createQueue("examples.in"), "order " + i);
            }
        }
        XAConnection database = h2.getXAConnection();
        XAConnection databaseForRecovery = h2.getXAConnection();
        try (pool;
                XAJMSContext context = factory.createXAContext();
                XAJMSContext contextForRecovery = factory.createXAContext()) {
            configure(folder + "/log");
            recover(contextForRecovery.getXAResource(), databaseForRecovery.getXAResource());
            Connection rows = database.getConnection();
            JMSConsumer consumer = context.createConsumer(context.createQueue("examples.in"));
            while (transfer(context, consumer, database.getXAResource(), rows)) {
                System.out.println("one more is done, " + booked(pool) + " are booked");
            }
        }
        System.exit(0); // Narayana has threads that do not end by themselves
    }

    /**
     * For work outside of JTA transactions only: connections that take part in one are not to be shared by a pool that knows
     * nothing of it.
     */
    private static HikariDataSource pool(JdbcDataSource h2) {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(h2);
        pool.setMaximumPoolSize(2);
        return pool;
    }

    /** How many orders are booked and committed. */
    private static int booked(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement select = connection.createStatement();
                ResultSet count = select.executeQuery("SELECT COUNT(*) FROM booked")) {
            count.next();
            return count.getInt(1);
        }
    }

    /** Does one; false if there is none. */
    private static boolean transfer(XAJMSContext context, JMSConsumer consumer, XAResource database, Connection rows)
            throws Exception {
        TransactionManager manager = com.arjuna.ats.jta.TransactionManager.transactionManager();
        manager.begin();
        Transaction transaction = manager.getTransaction();
        boolean done = false;
        try {
            transaction.enlistResource(context.getXAResource());
            Message order = consumer.receive(WAIT_MS);
            if (order != null) {
                transaction.enlistResource(database);
                try (PreparedStatement insert = rows.prepareStatement("INSERT INTO booked VALUES (?)")) {
                    insert.setString(1, order.getBody(String.class));
                    insert.executeUpdate();
                }
                context.createProducer().send(context.createQueue("examples.out"), order.getBody(String.class));
                manager.commit();
                done = true;
            }
        } finally {
            if (!done && manager.getTransaction() != null) {
                manager.rollback();
            }
        }
        return done;
    }

    private static void configure(String log) throws Exception {
        BeanPopulator.getDefaultInstance(CoreEnvironmentBean.class).setNodeIdentifier(NODE);
        BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class).setObjectStoreDir(log);
        for (String store : List.of("communicationStore", "stateStore")) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(log);
        }
        RecoveryEnvironmentBean recovery = BeanPopulator.getDefaultInstance(RecoveryEnvironmentBean.class);
        recovery.setRecoveryModuleClassNames(
                List.of(AtomicActionRecoveryModule.class.getName(), XARecoveryModule.class.getName()));
        recovery.setRecoveryBackoffPeriod(1);
        recovery.setRecoveryListener(false);
        JTAEnvironmentBean jta = BeanPopulator.getDefaultInstance(JTAEnvironmentBean.class);
        jta.setXaRecoveryNodes(List.of(NODE));
        jta.setXaResourceOrphanFilterClassNames(List.of(
                JTATransactionLogXAResourceOrphanFilter.class.getName(),
                JTANodeNameXAResourceOrphanFilter.class.getName()));
    }

    /** Decides what an earlier process has left in doubt. A program that runs for long does so every few minutes. */
    private static void recover(XAResource... resources) {
        RecoveryManager recovery = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
        recovery.initialize();
        for (var module : recovery.getModules()) {
            if (module instanceof XARecoveryModule xa) {
                xa.addXAResourceRecoveryHelper(new XAResourceRecoveryHelper() {
                    @Override
                    public boolean initialise(String properties) {
                        return true;
                    }

                    @Override
                    public XAResource[] getXAResources() {
                        return resources;
                    }
                });
            }
        }
        recovery.scan();
    }

    private Transfer() {}
}
