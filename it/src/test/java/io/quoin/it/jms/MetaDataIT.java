// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.errors.JmsErrors;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metadata, exceptions and authentication (Messaging 3.1 §6.1.1, §6.1.6, §8.1.3, Javadoc of JMSRuntimeException): rules 68 to 70. */
class MetaDataIT extends JmsCase {

    @Test
    void rule68TheMetadataAreThoseOfTheSpecification() throws Exception {
        for (Connection connection : new Connection[] {started(), queueConnection(), topicConnection()}) {
            check(connection.getMetaData());
        }
        check(context().getMetaData());
    }

    private static void check(ConnectionMetaData metaData) throws JMSException {
        assertThat(metaData.getJMSVersion()).isEqualTo("3.1");
        assertThat(metaData.getJMSMajorVersion()).isEqualTo(3);
        assertThat(metaData.getJMSMinorVersion()).isEqualTo(1);
        assertThat(metaData.getJMSProviderName()).isEqualTo("Quoin");
        assertThat(metaData.getProviderVersion())
                .startsWith(metaData.getProviderMajorVersion() + "." + metaData.getProviderMinorVersion());
    }

    @Test
    void rule69EveryExceptionHasItsUncheckedForm() {
        Map<JMSException, Class<? extends JMSRuntimeException>> pairs = new LinkedHashMap<>();
        pairs.put(new JMSException("reason", "code"), JMSRuntimeException.class);
        pairs.put(new IllegalStateException("reason", "code"), IllegalStateRuntimeException.class);
        pairs.put(new InvalidClientIDException("reason", "code"), InvalidClientIDRuntimeException.class);
        pairs.put(new InvalidDestinationException("reason", "code"), InvalidDestinationRuntimeException.class);
        pairs.put(new InvalidSelectorException("reason", "code"), InvalidSelectorRuntimeException.class);
        pairs.put(new JMSSecurityException("reason", "code"), JMSSecurityRuntimeException.class);
        pairs.put(new MessageFormatException("reason", "code"), MessageFormatRuntimeException.class);
        pairs.put(new MessageNotWriteableException("reason", "code"), MessageNotWriteableRuntimeException.class);
        pairs.put(new ResourceAllocationException("reason", "code"), ResourceAllocationRuntimeException.class);
        pairs.put(new TransactionInProgressException("reason", "code"), TransactionInProgressRuntimeException.class);
        pairs.put(new TransactionRolledBackException("reason", "code"), TransactionRolledBackRuntimeException.class);
        pairs.put(new MessageEOFException("reason", "code"), JMSRuntimeException.class);
        pairs.put(new MessageNotReadableException("reason", "code"), JMSRuntimeException.class);
        pairs.forEach((checked, unchecked) -> {
            JMSRuntimeException made = JmsErrors.unchecked(checked);
            assertThat(made).isExactlyInstanceOf(unchecked);
            assertThat(made.getMessage()).isEqualTo("reason");
            assertThat(made.getErrorCode()).isEqualTo("code");
            assertThat(made.getCause()).isSameAs(checked);
        });
    }

    @Test
    void rule69ErrorsOfTheServerSayWhatHappenedInBothApis() throws Exception {
        JMSException checked =
                catchThrowableOfType(JMSException.class, () -> session().createConsumer(queue(), "a = "));
        assertThat(checked).isExactlyInstanceOf(InvalidSelectorException.class);
        assertThat(checked.getErrorCode()).matches("QN-\\d{4}");
        assertThat(checked.getMessage()).startsWith(checked.getErrorCode());
        JMSRuntimeException unchecked =
                catchThrowableOfType(JMSRuntimeException.class, () -> context().createConsumer(queue(), "a = "));
        assertThat(unchecked).isExactlyInstanceOf(InvalidSelectorRuntimeException.class);
        assertThat(unchecked.getErrorCode()).isEqualTo(checked.getErrorCode());
        assertThat(unchecked.getCause()).isExactlyInstanceOf(InvalidSelectorException.class);
        assertThat(unchecked.getMessage()).isEqualTo(unchecked.getCause().getMessage());
    }

    @TempDir
    Path folder;

    @Test
    void rule70AWrongPasswordIsRefusedWhenTheConnectionIsCreated() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            JavaProcess.Ended added = JavaProcess.quoin(
                    "right\n".getBytes(StandardCharsets.UTF_8),
                    "user",
                    "add",
                    "anna",
                    "--password-stdin",
                    "--url",
                    server.url());
            assertThat(added.exitCode()).as(added.errors()).isZero();
            QuoinConnectionFactory factory = new QuoinConnectionFactory(server.url());
            allThrow(
                    JMSSecurityException.class,
                    () -> factory.createConnection("anna", "wrong"),
                    () -> factory.createConnection("nobody", "right"),
                    () -> factory.createConnection(),
                    () -> factory.createConnection(null, null),
                    () -> factory.createQueueConnection("anna", "wrong"),
                    () -> factory.createTopicConnection("anna", "wrong"));
            allThrow(
                    JMSSecurityRuntimeException.class,
                    () -> factory.createContext("anna", "wrong"),
                    () -> factory.createContext("anna", "wrong", JMSContext.SESSION_TRANSACTED),
                    () -> factory.createContext(),
                    () -> factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE));
            factory.createConnection("anna", "right").close();
            factory.createContext("anna", "right", JMSContext.SESSION_TRANSACTED)
                    .close();
            factory.setUser("anna");
            factory.setPassword("right");
            factory.createQueueConnection().close();
            try (JMSContext context = factory.createContext()) {
                context.createProducer().send(context.createQueue("q"), "x");
                assertThat(context.createConsumer(context.createQueue("q"))
                                .receive(SOON_MS)
                                .getStringProperty("JMSXUserID"))
                        .isEqualTo("anna");
            }
        }
    }
}
