// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.groups;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

/** How a {@link MessageId} travels. */
final class GroupMessage {
    private static final String PRODUCER = "producer";
    private static final String GROUP = "groupNumber";
    private static final String SEQUENCE = "sequence";
    private static final String GROUP_FIRST = "JMS_Quoin_GroupFirst";

    private GroupMessage() {}

    static Message of(Session session, MessageId id) throws JMSException {
        Message message = session.createTextMessage(id.toString());
        message.setStringProperty("JMSXGroupID", "group-" + id.group());
        message.setIntProperty(PRODUCER, id.producer());
        message.setIntProperty(GROUP, id.group());
        message.setIntProperty(SEQUENCE, id.sequence());
        return message;
    }

    static MessageId id(Message message) throws JMSException {
        return new MessageId(
                message.getIntProperty(PRODUCER), message.getIntProperty(GROUP), message.getIntProperty(SEQUENCE));
    }

    /** The flags of its delivery, as {@link Event} has them. */
    static int flags(Message message) throws JMSException {
        return (message.getJMSRedelivered() ? Event.REDELIVERED : 0)
                | (message.propertyExists(GROUP_FIRST) ? Event.GROUP_FIRST : 0);
    }

    static int deliveryCount(Message message) throws JMSException {
        return message.getIntProperty("JMSXDeliveryCount");
    }
}
