// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee.probe;

import jakarta.annotation.Resource;
import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJBException;
import jakarta.ejb.MessageDriven;
import jakarta.ejb.MessageDrivenContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A bean that keeps what it is given for the test, which runs in the same application. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destination", propertyValue = Recorder.QUEUE),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class Recorder implements MessageListener {
    static final String QUEUE = "probe.in";
    /** A message whose text begins so is rolled back when it comes for the first time. */
    static final String ROLL_BACK_ONCE = "roll back once";

    private static final Map<String, LinkedBlockingQueue<Seen>> SEEN = new ConcurrentHashMap<>();

    @Resource
    private MessageDrivenContext context;

    @Resource
    private TransactionSynchronizationRegistry transactions;

    /** One call of the bean. */
    record Seen(String text, boolean redelivered, int deliveryCount, int transactionStatus) {}

    /** The next call with a message of this text, or null if there is none within so many milliseconds. */
    static Seen next(String text, long withinMs) throws InterruptedException {
        return calls(text).poll(withinMs, TimeUnit.MILLISECONDS);
    }

    private static LinkedBlockingQueue<Seen> calls(String text) {
        return SEEN.computeIfAbsent(text, t -> new LinkedBlockingQueue<>());
    }

    @Override
    public void onMessage(Message message) {
        try {
            String text = message.getBody(String.class);
            boolean redelivered = message.getJMSRedelivered();
            int count = message.getIntProperty("JMSXDeliveryCount");
            calls(text).add(new Seen(text, redelivered, count, transactions.getTransactionStatus()));
            if (text.startsWith(ROLL_BACK_ONCE) && !redelivered) {
                context.setRollbackOnly();
            }
        } catch (JMSException e) {
            throw new EJBException(e);
        }
    }
}
