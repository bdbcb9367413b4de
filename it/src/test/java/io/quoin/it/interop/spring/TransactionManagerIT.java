// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quoin.it.interop.OneServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.MessageListener;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.listener.DefaultMessageListenerContainer;
import org.springframework.jms.support.converter.SimpleMessageConverter;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's {@code JmsTransactionManager}: calls of templates that are committed or rolled back together. */
@ExtendWith(OneServer.class)
class TransactionManagerIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final QuoinConnectionFactory quoin;
    private final JmsTemplate outside;

    TransactionManagerIT(ServerProcess server) {
        quoin = new QuoinConnectionFactory(server.url());
        outside = new JmsTemplate(quoin);
        outside.setReceiveTimeout(100);
    }

    @Test
    void whatIsDoneInATransactionIsDoneTogetherOrNotAtAll() {
        JmsTemplate template = new JmsTemplate(quoin);
        template.setReceiveTimeout(SOON.toMillis());
        TransactionTemplate transaction = new TransactionTemplate(new JmsTransactionManager(quoin));
        outside.convertAndSend("tm.in", "money");

        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    template.convertAndSend("tm.out", template.receiveAndConvert("tm.in") + " spent");
                    throw new IllegalStateException("after both");
                }))
                .hasMessage("after both");
        assertThat(outside.receive("tm.out")).isNull();

        transaction.executeWithoutResult(status -> {
            template.convertAndSend("tm.out", template.receiveAndConvert("tm.in") + " spent");
            assertThat(outside.receive("tm.out")).as("before the commit").isNull();
        });
        outside.setReceiveTimeout(SOON.toMillis());
        assertThat(outside.receiveAndConvert("tm.out")).isEqualTo("money spent");
        outside.setReceiveTimeout(100);
        assertThat(outside.receive("tm.in")).isNull();
    }

    @Test
    void aContainerWithATransactionManagerForwardsEachMessageExactlyOnceAlthoughHalfOfTheTransactionsFail() {
        CachingConnectionFactory kept = new CachingConnectionFactory(quoin);
        JmsTemplate template = new JmsTemplate(kept);
        Set<String> failedOnce = ConcurrentHashMap.newKeySet();
        DefaultMessageListenerContainer container = new DefaultMessageListenerContainer();
        container.setConnectionFactory(kept);
        container.setTransactionManager(new JmsTransactionManager(kept));
        container.setDestinationName("tm.container.in");
        container.setConcurrency("2-8");
        container.setReceiveTimeout(500);
        container.setErrorHandler(error -> {});
        container.setMessageListener((MessageListener) message -> {
            String body = text(message);
            template.convertAndSend("tm.container.out", body);
            if (Integer.parseInt(body) % 2 == 0 && failedOnce.add(body)) {
                throw new IllegalStateException("the first time");
            }
        });
        container.afterPropertiesSet();
        container.start();
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        DefaultMessageListenerContainer collecting = new DefaultMessageListenerContainer();
        collecting.setConnectionFactory(quoin);
        collecting.setDestinationName("tm.container.out");
        collecting.setReceiveTimeout(500);
        collecting.setMessageListener((MessageListener) message -> seen.add(text(message)));
        collecting.afterPropertiesSet();
        collecting.start();
        try {
            for (int i = 0; i < 100; i++) {
                outside.convertAndSend("tm.container.in", Integer.toString(i));
            }

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(seen)
                            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100)
                                    .mapToObj(Integer::toString)
                                    .toList()));
            assertThat(failedOnce).hasSize(50);
        } finally {
            container.destroy();
            collecting.destroy();
            kept.destroy();
        }
        assertThat(outside.receive("tm.container.in")).isNull();
        assertThat(outside.receive("tm.container.out")).isNull();
    }

    private static String text(jakarta.jms.Message message) {
        try {
            return (String) new SimpleMessageConverter().fromMessage(message);
        } catch (jakarta.jms.JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
