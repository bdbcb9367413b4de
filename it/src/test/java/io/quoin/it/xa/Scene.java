// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import jakarta.transaction.Transaction;
import java.util.Locale;
import javax.transaction.xa.XAResource;

/** What an application does in JTA transactions, under any transaction manager, while its calls are recorded. */
enum Scene {
    ONE_SESSION("A transaction with one session is committed.", r -> {
        r.begin();
        r.enlist("a");
        r.work("a");
        r.commit();
    }),

    SESSION_AND_ANOTHER_RESOURCE("A transaction with a session and a resource of another kind is committed.", r -> {
        r.begin();
        r.enlist("a");
        r.enlist(RecordedCalls.OTHER);
        r.work("a");
        r.commit();
    }),

    ROLLBACK("The application rolls back.", r -> {
        r.begin();
        r.enlist("a");
        r.work("a");
        r.rollback();
    }),

    ROLLBACK_ONLY("The application says that only a rollback is possible, and commits.", r -> {
        r.begin();
        r.enlist("a");
        r.enlist(RecordedCalls.OTHER);
        r.work("a");
        r.manager().setRollbackOnly();
        r.commit();
    }),

    ANOTHER_RESOURCE_REFUSES("The other resource cannot prepare.", r -> {
        r.begin();
        r.enlist("a");
        r.enlist(RecordedCalls.OTHER);
        r.work("a");
        r.refuseOther();
        r.commit();
    }),

    NO_WORK("A session is enlisted in which nothing is done.", r -> {
        r.begin();
        r.enlist("a");
        r.enlist(RecordedCalls.OTHER);
        r.commit();
    }),

    CLOSED_BEFORE_COMMIT("The connection is closed before the commit.", r -> {
        r.begin();
        r.enlist("a");
        r.enlist(RecordedCalls.OTHER);
        r.work("a");
        r.delist("a", XAResource.TMSUCCESS);
        r.close("a");
        r.commit();
    }),

    ALONE_AND_CLOSED_BEFORE_COMMIT("The only connection is closed before the commit.", r -> {
        r.begin();
        r.enlist("a");
        r.work("a");
        r.delist("a", XAResource.TMSUCCESS);
        r.close("a");
        r.commit();
    }),

    CLOSED_WITHOUT_DELISTING("The connection is closed, and the transaction manager is not told.", r -> {
        r.begin();
        r.enlist("a");
        r.work("a");
        r.close("a");
        r.commit();
    }),

    TWO_CONNECTIONS("Sessions of two connections work in one transaction.", r -> {
        r.begin();
        r.enlist("a");
        r.work("a");
        r.enlist("b");
        r.work("b");
        r.work("a");
        r.commit();
    }),

    ONE_ENDS_WHILE_ANOTHER_WORKS("One connection's work ends, and it is closed, while another one's goes on.", r -> {
        r.begin();
        r.enlist("a");
        r.enlist("b");
        r.enlist(RecordedCalls.OTHER);
        r.work("a");
        r.delist("a", XAResource.TMSUCCESS);
        r.close("a");
        r.work("b");
        r.commit();
    }),

    ENLISTED_AGAIN("A session is delisted and enlisted again, as a pooled connection is that is taken twice.", r -> {
        r.begin();
        r.enlist("a");
        r.work("a");
        r.delist("a", XAResource.TMSUCCESS);
        r.enlist("a");
        r.work("a");
        r.commit();
    }),

    SUSPENDED_AND_RESUMED("A session is suspended in one transaction, works in another one, and goes on.", r -> {
        r.begin();
        r.enlist("a");
        r.work("a");
        r.delist("a", XAResource.TMSUSPEND);
        Transaction suspended = r.manager().suspend();
        r.begin();
        r.enlist("a");
        r.work("a");
        r.commit();
        r.manager().resume(suspended);
        r.enlist("a");
        r.work("a");
        r.commit();
    }),

    SUSPENDED_TRANSACTION("A transaction is suspended, and its session with it only if its manager says so.", r -> {
        r.begin();
        r.enlist("a");
        r.work("a");
        Transaction suspended = r.manager().suspend();
        r.begin();
        r.enlist("b");
        r.work("b");
        r.commit();
        r.manager().resume(suspended);
        r.work("a");
        r.commit();
    });

    private final String about;
    private final Play play;

    Scene(String about, Play play) {
        this.about = about;
        this.play = play;
    }

    /** What is done. */
    @FunctionalInterface
    interface Play {
        void run(CallRecorder recorder) throws Exception;
    }

    /** What it is, in a sentence. */
    String about() {
        return about;
    }

    void play(CallRecorder recorder) throws Exception {
        play.run(recorder);
    }

    /** As the file is called in which its calls are kept. */
    String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".txt";
    }
}
