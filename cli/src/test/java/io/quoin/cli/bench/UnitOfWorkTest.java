// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XASession;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every message belongs to exactly one transaction, and every transaction that is begun is ended. */
class UnitOfWorkTest {

    private static final String MESSAGE = "message";

    /** What was done, in order. */
    private final List<String> done = new ArrayList<>();

    private final Resource resource = new Resource();

    private Session local() {
        return fake(Session.class);
    }

    private XASession global() {
        return fake(XASession.class);
    }

    private <S> S fake(Class<S> type) {
        return type.cast(Proxy.newProxyInstance(
                UnitOfWorkTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "commit" -> done.add("commit");
                        case "getXAResource" -> {
                            return resource;
                        }
                        default -> throw new AssertionError(method);
                    }
                    return null;
                }));
    }

    private void work(UnitOfWork unit, int messages) throws JMSException {
        for (int i = 0; i < messages; i++) {
            unit.before();
            done.add(MESSAGE);
            unit.after();
        }
        unit.end();
    }

    /** The numbers of messages between two commits. */
    private List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        int size = 0;
        for (String what : done) {
            if (what.equals(MESSAGE)) {
                size++;
            } else if (what.equals("commit")) {
                sizes.add(size);
                size = 0;
            }
        }
        assertThat(size).as("messages without a commit").isZero();
        return sizes;
    }

    @ParameterizedTest
    @CsvSource({"1,0", "1,1", "1,7", "3,0", "3,2", "3,3", "3,7", "10,9", "10,100", "10,101"})
    void aLocalTransactionHasItsSizeAndTheLastOneTheRest(int size, int messages) throws Exception {
        work(UnitOfWork.of(local(), new BenchPlan.Work(size, false)), messages);

        List<Integer> sizes = sizes();
        assertThat(sizes.subList(0, messages / size)).allMatch(one -> one == size);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(messages);
        assertThat(sizes).hasSize(messages / size + 1);
    }

    @ParameterizedTest
    @CsvSource({"1,0", "1,1", "1,7", "3,0", "3,2", "3,3", "3,7", "10,9", "10,100", "10,101"})
    void aBranchIsBegunBeforeItsFirstMessageAndCompletedInTwoPhases(int size, int messages) throws Exception {
        work(UnitOfWork.of(global(), new BenchPlan.Work(size, true)), messages);

        List<String> expected = new ArrayList<>();
        for (int left = messages; left > 0; left -= size) {
            expected.add("start");
            for (int i = 0; i < Math.min(size, left); i++) {
                expected.add(MESSAGE);
            }
            expected.addAll(List.of("end", "prepare", "commit"));
        }
        assertThat(done).isEqualTo(expected);
        assertThat(resource.xids).hasSize((messages + size - 1) / size);
    }

    @ParameterizedTest
    @CsvSource({"0", "5"})
    void withoutTransactionsNothingIsCommitted(int messages) throws Exception {
        work(UnitOfWork.of(local(), new BenchPlan.Work(0, false)), messages);
        assertThat(done).hasSize(messages).allMatch(MESSAGE::equals);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aBranchIsBegunOnceHoweverOftenNothingIsReceivedAndOneWithoutWorkIsNotCommitted(boolean isWorkless)
            throws Exception {
        resource.isReadOnly = isWorkless;
        UnitOfWork unit = UnitOfWork.of(global(), new BenchPlan.Work(2, true));
        unit.before();
        unit.before();
        unit.end();
        unit.end();
        assertThat(done)
                .containsExactlyElementsOf(
                        isWorkless ? List.of("start", "end", "prepare") : List.of("start", "end", "prepare", "commit"));
    }

    @ParameterizedTest
    @CsvSource({"start, begin", "prepare, commit"})
    void whatTheServerRefusesIsToldWithItsCode(String refused, String what) {
        resource.refused = refused;
        UnitOfWork unit = UnitOfWork.of(global(), new BenchPlan.Work(1, true));
        assertThatThrownBy(() -> work(unit, 1))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining(what)
                .hasMessageContaining(Integer.toString(XAException.XAER_RMERR));
    }

    /** Notes what is called, and checks that it is the branch that was begun last. */
    private final class Resource implements XAResource {

        private final Set<List<Byte>> xids = new HashSet<>();
        private List<Byte> last = List.of();
        private boolean isReadOnly;
        private String refused = "";

        private void note(String what, Xid xid) throws XAException {
            if (what.equals(refused)) {
                throw new XAException(XAException.XAER_RMERR);
            }
            List<Byte> bytes = new ArrayList<>();
            for (byte one : xid.getGlobalTransactionId()) {
                bytes.add(one);
            }
            if (what.equals("start")) {
                assertThat(xids.add(bytes)).as("a branch of its own").isTrue();
                last = bytes;
            }
            assertThat(bytes).isEqualTo(last);
            done.add(what);
        }

        @Override
        public void start(Xid xid, int flags) throws XAException {
            note("start", xid);
        }

        @Override
        public void end(Xid xid, int flags) throws XAException {
            note("end", xid);
        }

        @Override
        public int prepare(Xid xid) throws XAException {
            note("prepare", xid);
            return isReadOnly ? XA_RDONLY : XA_OK;
        }

        @Override
        public void commit(Xid xid, boolean onePhase) throws XAException {
            assertThat(onePhase).isFalse();
            note("commit", xid);
        }

        @Override
        public void rollback(Xid xid) throws XAException {
            note("rollback", xid);
        }

        @Override
        public void forget(Xid xid) throws XAException {
            note("forget", xid);
        }

        @Override
        public Xid[] recover(int flags) {
            return new Xid[0];
        }

        @Override
        public boolean isSameRM(XAResource other) {
            return this == other;
        }

        @Override
        public int getTransactionTimeout() {
            return 0;
        }

        @Override
        public boolean setTransactionTimeout(int seconds) {
            return false;
        }
    }
}
