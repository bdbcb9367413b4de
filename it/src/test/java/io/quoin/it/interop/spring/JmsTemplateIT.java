// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.interop.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.it.interop.OneServer;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jms.InvalidDestinationException;
import org.springframework.jms.MessageFormatException;
import org.springframework.jms.UncategorizedJmsException;
import org.springframework.jms.core.JmsClient;
import org.springframework.jms.core.JmsMessagingTemplate;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.support.JmsHeaders;

/** Spring's {@code JmsTemplate}, over a plain, a caching and a single-connection factory. */
@ExtendWith(OneServer.class)
class JmsTemplateIT {
    private static final long SOON_MS = 10_000;
    private static final long NOT_MS = 50;

    private final QuoinConnectionFactory quoin;
    private final List<ConnectionFactory> used = new ArrayList<>();

    JmsTemplateIT(ServerProcess server) {
        quoin = new QuoinConnectionFactory(server.url());
    }

    private JmsTemplate template(Wrapping wrapping) {
        ConnectionFactory factory = wrapping.around(quoin);
        used.add(factory);
        JmsTemplate template = new JmsTemplate(factory);
        template.setReceiveTimeout(SOON_MS);
        return template;
    }

    @AfterEach
    void end() {
        used.forEach(Wrapping::end);
    }

    @ParameterizedTest
    @EnumSource
    void bodiesOfEveryKindAreConvertedThereAndBack(Wrapping wrapping) {
        JmsTemplate template = template(wrapping);
        String queue = "template.convert." + wrapping;

        template.convertAndSend(queue, "text – ünïcode");
        template.convertAndSend(queue, "bytes".getBytes(StandardCharsets.UTF_8));
        template.convertAndSend(queue, Map.of("a", 1, "b", "two", "c", 3.5));

        assertThat(template.receiveAndConvert(queue)).isEqualTo("text – ünïcode");
        assertThat(template.receiveAndConvert(queue)).isEqualTo("bytes".getBytes(StandardCharsets.UTF_8));
        assertThat(template.receiveAndConvert(queue)).isEqualTo(Map.of("a", 1, "b", "two", "c", 3.5));
    }

    @ParameterizedTest
    @EnumSource
    void receiveWaitsAsLongAsItIsTold(Wrapping wrapping) throws JMSException {
        JmsTemplate template = template(wrapping);
        String queue = "template.receive." + wrapping;

        template.setReceiveTimeout(NOT_MS);
        assertThat(template.receive(queue)).isNull();
        template.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        assertThat(template.receive(queue)).isNull();
        template.convertAndSend(queue, "there");
        assertThat(template.receive(queue).getBody(String.class)).isEqualTo("there");
        template.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_INDEFINITE_WAIT);
        CompletableFuture<Message> waiting = CompletableFuture.supplyAsync(() -> template.receive(queue));
        template.convertAndSend(queue, "later");
        assertThat(waiting.orTimeout(SOON_MS, TimeUnit.MILLISECONDS).join().getBody(String.class))
                .isEqualTo("later");
    }

    @ParameterizedTest
    @EnumSource
    void orderIsKeptAlthoughEveryReceiveIsAConsumerOfItsOwn(Wrapping wrapping) {
        JmsTemplate template = template(wrapping);
        String queue = "template.order." + wrapping;
        int count = 100;

        for (int i = 0; i < count; i++) {
            template.convertAndSend(queue, i + "");
        }

        for (int i = 0; i < count; i++) {
            assertThat(template.receiveAndConvert(queue)).isEqualTo(i + "");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestIsAnswered(Wrapping wrapping) throws JMSException {
        JmsTemplate template = template(wrapping);
        JmsTemplate service = template(wrapping);
        String queue = "template.request." + wrapping;
        CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 3; i++) {
                assertServed(service, queue);
            }
        });

        for (int i = 0; i < 3; i++) {
            String request = "request " + i;
            Message answer = template.sendAndReceive(queue, session -> session.createTextMessage(request));
            assertThat(answer.getBody(String.class)).isEqualTo("answer to " + request);
        }
        served.orTimeout(SOON_MS, TimeUnit.MILLISECONDS).join();
    }

    private static void assertServed(JmsTemplate service, String queue) {
        try {
            Message request = service.receive(queue);
            String text = "answer to " + request.getBody(String.class);
            service.send(request.getJMSReplyTo(), session -> {
                TextMessage answer = session.createTextMessage(text);
                answer.setJMSCorrelationID(request.getJMSMessageID());
                return answer;
            });
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatNobodyAnswersEndsInTime(Wrapping wrapping) {
        JmsTemplate template = template(wrapping);
        template.setReceiveTimeout(NOT_MS);

        assertThat(template.sendAndReceive("template.nobody." + wrapping, session -> session.createTextMessage()))
                .isNull();
    }

    @ParameterizedTest
    @EnumSource
    void browsingLeavesAllInPlaceAndSelectsIfAsked(Wrapping wrapping) {
        JmsTemplate template = template(wrapping);
        String queue = "template.browse." + wrapping;
        for (int i = 0; i < 5; i++) {
            int number = i;
            template.convertAndSend(queue, "m" + i, message -> {
                message.setIntProperty("number", number);
                return message;
            });
        }

        int all = template.browse(
                queue,
                (session, browser) -> Collections.list((Enumeration<?>) browser.getEnumeration())
                        .size());
        int some = template.browseSelected(
                queue,
                "number >= 3",
                (session, browser) -> Collections.list((Enumeration<?>) browser.getEnumeration())
                        .size());

        assertThat(all).isEqualTo(5);
        assertThat(some).isEqualTo(2);
        assertThat(template.receiveSelectedAndConvert(queue, "number = 3")).isEqualTo("m3");
        assertThat(template.receiveAndConvert(queue)).isEqualTo("m0");
    }

    @ParameterizedTest
    @EnumSource
    void aCallbackMayDoAsItLikesWithTheSession(Wrapping wrapping) {
        JmsTemplate template = template(wrapping);
        String name = "template.execute." + wrapping;

        String received = template.execute(
                session -> {
                    Queue queue = session.createQueue(name);
                    try (MessageConsumer consumer = session.createConsumer(queue)) {
                        session.createProducer(queue).send(session.createTextMessage("from a callback"));
                        return consumer.receive(SOON_MS).getBody(String.class);
                    }
                },
                true);

        assertThat(received).isEqualTo("from a callback");
    }

    @ParameterizedTest
    @EnumSource
    void aTransactedTemplateCommitsEachCallAndRollsBackWhatFails(Wrapping wrapping) {
        JmsTemplate template = template(wrapping);
        String name = "template.transacted." + wrapping;
        template.setSessionTransacted(true);

        template.convertAndSend(name, "committed");
        assertThatThrownBy(() -> template.execute(session -> {
                    session.createProducer(session.createQueue(name)).send(session.createTextMessage("lost"));
                    throw new JMSException("the callback fails");
                }))
                .isInstanceOf(UncategorizedJmsException.class)
                .cause()
                .hasMessage("the callback fails");

        assertThat(template.receiveAndConvert(name)).isEqualTo("committed");
        template.setReceiveTimeout(NOT_MS);
        assertThat(template.receive(name)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void clientAcknowledgementIsDoneByTheTemplate(Wrapping wrapping) {
        JmsTemplate template = template(wrapping);
        String queue = "template.client." + wrapping;
        template.setSessionAcknowledgeModeName("CLIENT_ACKNOWLEDGE");

        template.convertAndSend(queue, "once");

        assertThat(template.receiveAndConvert(queue)).isEqualTo("once");
        template.setReceiveTimeout(NOT_MS);
        assertThat(template.receive(queue)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aDeliveryDelayIsKept(Wrapping wrapping) {
        JmsTemplate template = template(wrapping);
        String queue = "template.delay." + wrapping;
        template.setDeliveryDelay(300);

        long beganNs = System.nanoTime();
        template.convertAndSend(queue, "late");
        template.setReceiveTimeout(NOT_MS);
        assertThat(template.receive(queue)).isNull();
        template.setReceiveTimeout(SOON_MS);

        assertThat(template.receiveAndConvert(queue)).isEqualTo("late");
        assertThat(System.nanoTime() - beganNs).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
    }

    @ParameterizedTest
    @EnumSource
    void explicitQualityOfServiceIsThatOfTheMessage(Wrapping wrapping) throws JMSException {
        JmsTemplate template = template(wrapping);
        String queue = "template.qos." + wrapping;
        template.convertAndSend(queue, "ordinary");
        template.setExplicitQosEnabled(true);
        template.setPriority(9);
        template.setTimeToLive(60_000);
        template.setDeliveryPersistent(false);
        template.convertAndSend(queue, "urgent");

        Message urgent = template.receive(queue);
        assertThat(urgent.getBody(String.class)).isEqualTo("urgent");
        assertThat(urgent.getJMSPriority()).isEqualTo(9);
        assertThat(urgent.getJMSDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
        assertThat(urgent.getJMSExpiration()).isGreaterThan(urgent.getJMSTimestamp());
        Message ordinary = template.receive(queue);
        assertThat(ordinary.getBody(String.class)).isEqualTo("ordinary");
        assertThat(ordinary.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
        assertThat(ordinary.getJMSExpiration()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aMessageWhoseTimeIsOverIsNotReceived(Wrapping wrapping) {
        JmsTemplate template = template(wrapping);
        String queue = "template.mortal." + wrapping;
        template.setExplicitQosEnabled(true);
        template.setTimeToLive(50);
        template.convertAndSend(queue, "mortal");
        template.setTimeToLive(0);
        template.setDeliveryDelay(300);
        template.convertAndSend(queue, "after it", message -> {
            message.setBooleanProperty("last", true);
            return message;
        });

        // The second can be received only long after the first one's end.
        assertThat(template.receiveSelected(queue, "last = true")).isNotNull();
        template.setReceiveTimeout(NOT_MS);
        assertThat(template.receive(queue)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void headersOfTheMessagingAbstractionTravelAlong(Wrapping wrapping) {
        JmsMessagingTemplate template = new JmsMessagingTemplate(template(wrapping));
        String queue = "template.messaging." + wrapping;

        template.convertAndSend(
                queue, "body", Map.of(JmsHeaders.TYPE, "order", JmsHeaders.CORRELATION_ID, "c-1", "customer", "acme"));

        var message = template.receive(queue);
        assertThat(message.getPayload()).isEqualTo("body");
        assertThat(message.getHeaders())
                .containsEntry(JmsHeaders.TYPE, "order")
                .containsEntry(JmsHeaders.CORRELATION_ID, "c-1")
                .containsEntry("customer", "acme");
    }

    @ParameterizedTest
    @EnumSource
    void theFluentClientSendsReceivesAndAsks(Wrapping wrapping) {
        JmsClient client = JmsClient.create(template(wrapping));
        String queue = "template.client.fluent." + wrapping;

        client.destination(queue).withPriority(7).withTimeToLive(60_000).send("fluent");

        assertThat(client.destination(queue).withReceiveTimeout(SOON_MS).receive(String.class))
                .contains("fluent");
        assertThat(client.destination(queue).withReceiveTimeout(NOT_MS).receive(String.class))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aSerializedBodyIsRefusedWithTheNameOfTheOptionThatAllowsIt(Wrapping wrapping) {
        String queue = "template.object." + wrapping;
        template(wrapping).convertAndSend(queue, new Order("o-1", 3));

        JmsTemplate refusing = template(wrapping);
        refusing.setSessionTransacted(true);
        assertThatThrownBy(() -> refusing.receiveAndConvert(queue))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("objectMessageAllow");

        template(wrapping).convertAndSend(queue, new Order("o-2", 3));
        quoin.setObjectMessageAllow("io.quoin.it.interop.spring.*");
        assertThat(template(wrapping).receiveAndConvert(queue)).isInstanceOf(Order.class);
    }

    /** What careless applications send. */
    record Order(String id, int pieces) implements java.io.Serializable {}

    @Test
    void errorsAreThoseOfSpringsOwnHierarchy(ServerProcess server) {
        JmsTemplate template = template(Wrapping.NONE);

        assertThatThrownBy(() -> template.convertAndSend("$quoin.reserved", "x"))
                .isInstanceOf(InvalidDestinationException.class)
                .hasMessageContaining("QN-");
        assertThatThrownBy(() -> template.convertAndSend("template.names", "x", message -> {
                    message.setStringProperty("not-a-name", "x");
                    return message;
                }))
                .cause()
                .hasMessageContaining("not-a-name")
                .hasMessageContaining("validatePropertyNames");
    }
}
