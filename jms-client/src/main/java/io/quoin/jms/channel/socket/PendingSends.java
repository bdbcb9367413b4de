// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel.socket;

import io.quoin.jms.channel.Send;
import jakarta.jms.JMSException;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The sends whose outcome is not known, by rising sequence.
 *
 * <p>Thread: added to under the writer's lock, which keeps the order; taken from by the reader alone.
 */
final class PendingSends {

    private final ConcurrentLinkedQueue<Send> sends = new ConcurrentLinkedQueue<>();

    void add(Send send) {
        sends.add(send);
    }

    /** Everything up to that number has its outcome, and what was not refused is stored. */
    void succeedUpTo(long upTo) {
        Send send = sends.peek();
        while (send != null && send.sequence() <= upTo) {
            sends.poll();
            send.succeed();
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

    /** The connection is lost; only after nobody can add any more. */
    void failAll(JMSException why) {
        Send send = sends.poll();
        while (send != null) {
            send.fail(why);
            send = sends.poll();
        }
    }
}
