// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.exactlyonce;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The tables that a consumer writes, without any key of their own: what is done twice is there twice. */
final class Effects {

    static final String DONE = "effects";
    static final String REPEATED = "repeated";

    private Effects() {}

    static DataSource dataSource(String url) {
        if (url.startsWith("jdbc:h2:")) {
            JdbcDataSource h2 = new JdbcDataSource();
            h2.setURL(url);
            return h2;
        }
        PGSimpleDataSource postgres = new PGSimpleDataSource();
        postgres.setUrl(url);
        return postgres;
    }

    static void create(String url) throws SQLException {
        try (Connection connection = dataSource(url).getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE " + DONE + " (number INT NOT NULL)");
            statement.executeUpdate("CREATE TABLE " + REPEATED + " (number INT NOT NULL)");
        }
    }

    /** The answer of a query for one number. */
    static int number(String url, String query) throws SQLException {
        try (Connection connection = dataSource(url).getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getInt(1);
        }
    }
}
