// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.examples.ee;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.EJBException;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Makes the table when the application starts. */
@Startup
@Singleton
@TransactionManagement(TransactionManagementType.BEAN)
public class OrderTable {
    @Resource(name = "jdbc/orders")
    private DataSource database;

    @PostConstruct
    void create() {
        try (Connection connection = database.getConnection();
                Statement create = connection.createStatement()) {
            create.execute("CREATE TABLE IF NOT EXISTS booked"
                    + " (number IDENTITY PRIMARY KEY, text VARCHAR(1000) NOT NULL, message VARCHAR(200) NOT NULL)");
        } catch (SQLException e) {
            throw new EJBException(e);
        }
    }
}
