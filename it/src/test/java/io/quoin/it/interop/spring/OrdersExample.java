// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.spring;

import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.ConnectionFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jms.annotation.EnableJms;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.jms.config.DefaultJmsListenerContainerFactory;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.messaging.handler.annotation.SendTo;

/** The application that the README shows; {@link JmsListenerIT} compares the two and runs it. */
final class OrdersExample {
    private OrdersExample() {}

    @Configuration
    @EnableJms
    static class Messaging {
        @Bean
        ConnectionFactory connectionFactory(@Value("${quoin.url:quoin://127.0.0.1:5544}") String url) {
            return new QuoinConnectionFactory(url);
        }

        @Bean
        JmsTemplate jmsTemplate(ConnectionFactory connectionFactory) {
            return new JmsTemplate(connectionFactory);
        }

        @Bean
        DefaultJmsListenerContainerFactory jmsListenerContainerFactory(ConnectionFactory connectionFactory) {
            var containers = new DefaultJmsListenerContainerFactory();
            containers.setConnectionFactory(connectionFactory);
            containers.setSessionTransacted(true);
            containers.setConcurrency("5-20");
            return containers;
        }

        @Bean
        Orders orders() {
            return new Orders();
        }
    }

    static class Orders {
        @JmsListener(destination = "orders")
        @SendTo("invoices")
        String onOrder(String order) {
            return "invoice for " + order;
        }
    }
}
