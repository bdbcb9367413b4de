// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.Send;
import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The sends of a connection whose outcome is not known, by rising sequence, with what is needed to write them again. It goes
 * from link to link.
 *
 * <p>Thread: added to under the writer's lock of the link, which keeps the order; taken from by that link's reader alone;
 * between two links by whoever sets up the next one. The end may come at any time: whoever takes a send out settles it.
 */
public final class SendLog {

    private final ConcurrentLinkedQueue<Send> sends = new ConcurrentLinkedQueue<>();
    private final boolean keepsMessages;
    private long lastSequence;

    /** Whether messages are kept: not where nothing is written again. */
    public SendLog(boolean keepsMessages) {
        this.keepsMessages = keepsMessages;
    }

    /** The number that the next send gets. */
    long nextSequence() {
        return lastSequence + 1;
    }

    /** A send with the next number has been written. */
    void add(Send send, ByteBuffer sealed) {
        lastSequence++;
        send.onSequence(lastSequence);
        if (keepsMessages) {
            byte[] copy = new byte[sealed.remaining()];
            sealed.get(sealed.position(), copy);
            send.keep(copy);
        }
        sends.add(send);
    }

    /** Everything up to that number has its outcome, and what was not refused is stored. */
    void succeedUpTo(long upTo) {
        Send send = sends.peek();
        while (send != null && (send.sequence() <= upTo || send.isGivenUp())) {
            if (sends.remove(send)) {
                send.succeed();
            }
            send = sends.peek();
        }
    }

    void refuse(long sequence, JMSException why) {
        for (Send send : sends) {
            if (send.sequence() >= sequence) {
                if (send.sequence() == sequence) {
                    send.refuse(why);
                }
                return;
            }
        }
    }

    /** The sends that are to be written again; of the others nobody will ever tell more. Before the new link's first. */
    List<Send> pending(Predicate<Send> isRepeated) {
        for (Send send : sends) {
            if (!isRepeated.test(send)) {
                send.giveUp();
            }
        }
        succeedUpTo(0);
        return sends.stream().filter(send -> !send.isGivenUp()).toList();
    }

    /**
     * Fails what has been waiting for its outcome for too long, so that it is not written again; only while there is no link.
     *
     * @param calledBeforeNs by {@link System#nanoTime}
     */
    public void expire(long calledBeforeNs, Supplier<JMSException> why) {
        Send send = sends.peek();
        while (send != null && send.calledNs() - calledBeforeNs < 0) {
            if (sends.remove(send)) {
                send.fail(why.get());
            }
            send = sends.peek();
        }
    }

    /** The connection is lost for good; only after nobody can add any more. */
    public void failAll(JMSException why) {
        Send send = sends.poll();
        while (send != null) {
            send.fail(why);
            send = sends.poll();
        }
    }
}
