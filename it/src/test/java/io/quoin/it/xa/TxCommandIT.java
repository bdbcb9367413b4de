// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import static javax.transaction.xa.XAResource.TMENDRSCAN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.it.process.JavaProcess;
import io.quoin.it.process.ServerProcess;
import io.quoin.jms.QuoinXAConnectionFactory;
import jakarta.jms.XAJMSContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code quoin tx} shows of a branch in doubt, and what becomes of it. */
class TxCommandIT {

    @TempDir
    Path folder;

    private static JavaProcess.Ended tx(ServerProcess server, String... arguments) {
        List<String> all = new ArrayList<>(List.of("tx"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", server.url()));
        return JavaProcess.run(new byte[0], ServerProcess.command(List.of(), all));
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void aBranchInDoubtIsShownDecidedAndForgotten() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"));
                XAJMSContext context = new QuoinXAConnectionFactory(server.url()).createXAContext()) {
            XAResource resource = context.getXAResource();
            TestXid xid = TestXid.next();
            resource.start(xid, TMNOFLAGS);
            context.createProducer().send(context.createQueue("orders"), "one");
            context.createProducer().send(context.createQueue("orders"), "two");
            resource.end(xid, TMSUCCESS);
            resource.prepare(xid);

            JavaProcess.Ended shown = tx(server, "ls");
            assertThat(shown.exitCode()).as(shown.errors()).isZero();
            assertThat(shown.output()).contains("PREPARED").contains("orders: 2 sent");
            assertThat(tx(server, "ls", "--json").output()).contains("\"state\":\"PREPARED\"");

            assertThat(tx(server, "forget", "1").exitCode()).isEqualTo(1);
            assertThat(tx(server, "commit", "99").exitCode()).isEqualTo(3);
            assertThat(tx(server, "commit", "x").exitCode()).isEqualTo(2);
            JavaProcess.Ended decided = tx(server, "commit", "1");
            assertThat(decided.output()).contains("transaction 1 committed (orders: 2 sent)");
            assertThat(tx(server, "rollback", "1").exitCode()).isEqualTo(1);

            assertThatThrownBy(() -> resource.rollback(xid))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XA_HEURCOM));
            assertThat(resource.recover(TMSTARTRSCAN | TMENDRSCAN)).hasSize(1);
            resource.forget(xid);
            assertThat(resource.recover(TMSTARTRSCAN | TMENDRSCAN)).isEmpty();
            assertThat(tx(server, "forget", "1").exitCode()).isEqualTo(3);
        }
    }
}
