// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.ra.inbound.QuoinActivationSpec;
import jakarta.jms.JMSContext;
import jakarta.resource.spi.ActivationSpec;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

/** Branches whose process is gone are found and completed. */
class RecoveryTest extends ContainerCase {

    private XAResource[] resources(String... urls) throws Exception {
        ActivationSpec[] specs = new ActivationSpec[urls.length];
        for (int i = 0; i < urls.length; i++) {
            QuoinActivationSpec spec = new QuoinActivationSpec();
            spec.setDestination("a");
            spec.setUrl(urls[i]);
            specs[i] = spec;
        }
        return adapter.getXAResources(specs);
    }

    private void prepareAndDie() throws Exception {
        container.transactions.begin();
        send("a", "1");
        container.transactions.prepareOnly();
        pool.destroy();
    }

    @Test
    void aPreparedBranchIsCommittedByWhoRecovers() throws Exception {
        prepareAndDie();
        XAResource resource = resources("")[0];
        Xid[] found = resource.recover(XAResource.TMSTARTRSCAN);
        assertThat(resource.recover(XAResource.TMENDRSCAN)).isEmpty();
        assertThat(found).hasSize(1);
        assertThat(server.receive("a")).isNull();

        resource.commit(found[0], false);
        assertThat(server.receive("a")).isEqualTo("1");
        assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .isEmpty();
    }

    @Test
    void theResourceSurvivesItsServer() throws Exception {
        XAResource resource = resources("")[0];
        prepareAndDie();
        assertThat(resource.recover(XAResource.TMSTARTRSCAN)).hasSize(1);
        server.stop();
        assertThatThrownBy(() -> resource.recover(XAResource.TMSTARTRSCAN))
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
        server.start();

        Xid[] found = resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        assertThat(found).hasSize(1);
        resource.rollback(found[0]);
        assertThat(server.receive("a")).isNull();
        assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                .isEmpty();
    }

    @Test
    void aPooledConnectionRecoversToo() throws Exception {
        prepareAndDie();
        XAResource resource = pool.factory.createManagedConnection(null, null).getXAResource();
        server.stop();
        server.start();
        Xid[] found = resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        assertThat(found).hasSize(1);
        resource.commit(found[0], false);
        assertThat(server.receive("a")).isEqualTo("1");
    }

    @Test
    void aClientIdThatIsInUseIsNoHindrance() throws Exception {
        String url = server.url() + "?clientID=billing";
        prepareAndDie();
        try (JMSContext live = new QuoinConnectionFactory(url).createContext()) {
            assertThat(live.getClientID()).isEqualTo("billing");
            XAResource resource = resources(url)[0];
            Xid[] found = resource.recover(XAResource.TMSTARTRSCAN);
            assertThat(found).hasSize(1);
            resource.rollback(found[0]);
        }
    }

    @Test
    void thereIsOneResourceForEachServer() throws Exception {
        assertThat(resources()).isEmpty();
        assertThat(resources("", "", server.url())).hasSize(1);
        assertThat(resources("quoin://a", "quoin://b", "quoin://a")).hasSize(2);
        XAResource one = resources("")[0];
        assertThat(one.isSameRM(resources("")[0])).isTrue();
        assertThat(one.isSameRM(resources("quoin://a")[0])).isFalse();
    }
}
