// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.examples.ee;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * Takes an order and shows what became of the orders so far:
 *
 * <pre>
 * curl -d 'two lamps' http://127.0.0.1:8080/orders/
 * curl http://127.0.0.1:8080/orders/
 * </pre>
 */
@WebServlet("/")
public class OrderPage extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /** Beans are the container's, not a part of the servlet. */
    @Inject
    private transient OrderDesk desk;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String order = request.getReader().lines().collect(Collectors.joining("\n"));
        String id = desk.place(order);
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().println("order " + id + " is placed");
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        for (String line : desk.booked()) {
            response.getWriter().println(line);
        }
    }
}
