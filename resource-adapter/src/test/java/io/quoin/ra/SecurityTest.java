// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.auth.ScramKeys;
import io.quoin.protocol.codec.Bytes;
import io.quoin.ra.fake.Pool;
import io.quoin.ra.outbound.QuoinManagedConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.SecurityException;
import jakarta.resource.spi.security.PasswordCredential;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** As whom a pooled connection logs in. */
class SecurityTest extends ContainerCase {

    @BeforeEach
    void addUsers() throws Exception {
        add("ada", "a-secret");
        pool.factory.setUserName("ada");
        pool.factory.setPassword("a-secret");
    }

    private void add(String name, String password) throws JMSException {
        ScramKeys keys = ScramKeys.create(password, new SecureRandom());
        server.ask(
                "user.add",
                Map.of(
                        "name", name,
                        "salt", base64(keys.salt()),
                        "iterations", Integer.toString(keys.iterations()),
                        "storedKey", base64(keys.storedKey()),
                        "serverKey", base64(keys.serverKey())));
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static Subject subject(QuoinManagedConnectionFactory of, String user, String password) {
        PasswordCredential credential = new PasswordCredential(user, password.toCharArray());
        credential.setManagedConnectionFactory(of);
        return new Subject(true, Set.of(), Set.of(), Set.of(credential));
    }

    @Test
    void theFactoryLogsInIfNobodyElseSaysWho() {
        send("a", "1");
        assertThat(receive("a")).isEqualTo("1");
    }

    @Test
    void theApplicationMaySayWho() throws Exception {
        pool.factory.setPassword("wrong");
        pool.connections().createConnection("ada", "a-secret").close();
        pool.connections().createContext("ada", "a-secret").close();
        assertThat(pool.broken).isEmpty();
    }

    @Test
    void theContainerHasTheFirstWord() throws Exception {
        pool.factory.setPassword("wrong");
        Subject ada = subject(pool.factory, "ada", "a-secret");
        ManagedConnection managed = pool.factory.createManagedConnection(ada, null);
        assertThat(managed.getMetaData().getUserName()).isEqualTo("ada");
        assertThat(pool.factory.matchManagedConnections(Set.of(managed), ada, null))
                .isSameAs(managed);
        assertThat(pool.factory.matchManagedConnections(Set.of(managed), null, null))
                .isNull();
        assertThatThrownBy(() -> managed.getConnection(null, null)).isInstanceOf(SecurityException.class);
        managed.destroy();

        QuoinManagedConnectionFactory another = new QuoinManagedConnectionFactory();
        another.setUrl("quoin://elsewhere");
        Subject forAnother = subject(another, "ada", "a-secret");
        assertThatThrownBy(() -> pool.factory.createManagedConnection(forAnother, null))
                .isInstanceOf(SecurityException.class);
    }

    @Test
    void aWrongPasswordIsASecurityExceptionAndLeavesNothing() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> pool.connections().createConnection("ada", "wrong"))
                    .isInstanceOf(JMSSecurityException.class)
                    .hasMessageContaining("QN-1008");
            assertThatThrownBy(() -> pool.connections().createContext("ada", "wrong"))
                    .isInstanceOf(JMSSecurityRuntimeException.class);
        }
        assertThat(pool.used).isEmpty();
    }

    @Test
    void theAdapterLogsInForFactoriesThatSayNothing() throws Exception {
        adapter.setUserName("ada");
        adapter.setPassword("a-secret");
        Pool plain = new Pool(adapter, container.transactions);
        plain.connections().createConnection().close();
        plain.destroy();
    }

    @Test
    void noTextHasAPassword() {
        assertThat(adapter.toString() + pool.factory + pool.connections()).doesNotContain("a-secret");
    }
}
