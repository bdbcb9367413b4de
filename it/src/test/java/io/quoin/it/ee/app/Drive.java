// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.app;

import jakarta.annotation.Resource;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.DataSource;

/** The page that tests call; the path says what is to be done, the parameters with what. */
@WebServlet("/")
public class Drive extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Resource(name = "jms/quoin")
    private transient ConnectionFactory factory;

    @Resource(name = "jdbc/orders")
    private transient DataSource database;

    @Resource
    private transient UserTransaction transaction;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().print(carryOut(request));
    }

    private String carryOut(HttpServletRequest request) {
        String what = request.getServletPath().substring(1);
        return switch (what) {
            case "send" -> send(request.getParameter("queue"), request.getParameter("text"));
            case "tally" -> Tally.report(request.getParameter("bean"));
            case "texts" -> Tally.texts(request.getParameter("bean"));
            case "waits" -> Tally.waits(request.getParameter("bean"));
            case "fail" -> fail(count(request));
            case "open" -> open(count(request));
            case "halt" -> halt(request.getParameter("queue"), request.getParameter("text"));
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static int count(HttpServletRequest request) {
        return Integer.parseInt(request.getParameter("count"));
    }

    private String send(String queue, String text) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue(queue), text);
            return "sent";
        }
    }

    /** Books a row and sends a message in one transaction that the server does not survive; no answer comes. */
    private String halt(String queue, String text) {
        try {
            transaction.begin();
            Halter.enlist();
            try (Connection connection = database.getConnection();
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO booked (text, message) VALUES (?, 'halted')")) {
                insert.setString(1, text);
                insert.executeUpdate();
            }
            send(queue, text);
            transaction.commit();
            return "still alive";
        } catch (Exception e) {
            throw new IllegalStateException("The transaction failed before it could halt the server", e);
        }
    }

    /** Tries to connect so often; returns how often that failed. */
    private String fail(int times) {
        int failed = 0;
        for (int i = 0; i < times; i++) {
            try (JMSContext context = factory.createContext()) {
                context.createTemporaryQueue();
            } catch (JMSRuntimeException e) {
                failed++;
            }
        }
        return Integer.toString(failed);
    }

    /** Opens so many connections at once, uses each and closes all; returns how many worked. */
    private String open(int count) {
        Deque<JMSContext> open = new ArrayDeque<>();
        try {
            while (open.size() < count) {
                JMSContext context = factory.createContext();
                open.push(context);
                context.createProducer().send(context.createQueue("ee.opened"), "by one of many");
            }
            return Integer.toString(open.size());
        } finally {
            open.forEach(JMSContext::close);
        }
    }
}
