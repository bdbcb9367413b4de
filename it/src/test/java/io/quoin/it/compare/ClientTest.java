// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientTest {

    @Test
    void whatAProviderDoesNotHaveIsSaidInAFewWords() {
        assertThat(
                        Client.reason(
                                "SLF4J(W): No SLF4J providers were found.\n"
                                        + "quoin: QN-6011: The provider of org.apache.activemq.ActiveMQConnectionFactory fails:"
                                        + " java.lang.UnsupportedOperationException: send(Message, CompletionListener) is not supported."
                                        + " See its log, or leave out what it does not support, like asynchronous sends (--window above 1)."))
                .isEqualTo("no asynchronous sends");
    }

    @Test
    void otherFailuresAreCutToTheSentenceThatMatters() {
        assertThat(
                        Client.reason(
                                "a line of a library\nquoin: QN-6011: The provider of org.example.Factory fails:"
                                        + " jakarta.jms.JMSException: queue full. See its log, or leave out what it does not support.\n"))
                .isEqualTo("jakarta.jms.JMSException: queue full.");
        assertThat(Client.reason("x\n\n")).isEqualTo("x");
        assertThat(Client.reason("")).isEqualTo("it ended without a word");
        assertThat(Client.reason("quoin: " + "x".repeat(500))).hasSizeLessThan(200);
    }
}
