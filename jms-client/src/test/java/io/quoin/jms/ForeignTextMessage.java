// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.message.MessageContext;
import io.quoin.jms.message.QuoinTextMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.util.Enumeration;

/** A message that is not of this provider's classes, although one of them does its work. */
final class ForeignTextMessage implements TextMessage {

    private final QuoinTextMessage own = new QuoinTextMessage(MessageContext.DEFAULT);

    ForeignTextMessage(String text) throws JMSException {
        own.setText(text);
    }

    @Override
    public String getJMSMessageID() throws JMSException {
        return own.getJMSMessageID();
    }

    @Override
    public void setJMSMessageID(String a) throws JMSException {
        own.setJMSMessageID(a);
    }

    @Override
    public long getJMSTimestamp() throws JMSException {
        return own.getJMSTimestamp();
    }

    @Override
    public void setJMSTimestamp(long a) throws JMSException {
        own.setJMSTimestamp(a);
    }

    @Override
    public byte[] getJMSCorrelationIDAsBytes() throws JMSException {
        return own.getJMSCorrelationIDAsBytes();
    }

    @Override
    public void setJMSCorrelationIDAsBytes(byte[] a) throws JMSException {
        own.setJMSCorrelationIDAsBytes(a);
    }

    @Override
    public void setJMSCorrelationID(String a) throws JMSException {
        own.setJMSCorrelationID(a);
    }

    @Override
    public String getJMSCorrelationID() throws JMSException {
        return own.getJMSCorrelationID();
    }

    @Override
    public Destination getJMSReplyTo() throws JMSException {
        return own.getJMSReplyTo();
    }

    @Override
    public void setJMSReplyTo(Destination a) throws JMSException {
        own.setJMSReplyTo(a);
    }

    @Override
    public Destination getJMSDestination() throws JMSException {
        return own.getJMSDestination();
    }

    @Override
    public void setJMSDestination(Destination a) throws JMSException {
        own.setJMSDestination(a);
    }

    @Override
    public int getJMSDeliveryMode() throws JMSException {
        return own.getJMSDeliveryMode();
    }

    @Override
    public void setJMSDeliveryMode(int a) throws JMSException {
        own.setJMSDeliveryMode(a);
    }

    @Override
    public boolean getJMSRedelivered() throws JMSException {
        return own.getJMSRedelivered();
    }

    @Override
    public void setJMSRedelivered(boolean a) throws JMSException {
        own.setJMSRedelivered(a);
    }

    @Override
    public String getJMSType() throws JMSException {
        return own.getJMSType();
    }

    @Override
    public void setJMSType(String a) throws JMSException {
        own.setJMSType(a);
    }

    @Override
    public long getJMSExpiration() throws JMSException {
        return own.getJMSExpiration();
    }

    @Override
    public void setJMSExpiration(long a) throws JMSException {
        own.setJMSExpiration(a);
    }

    @Override
    public long getJMSDeliveryTime() throws JMSException {
        return own.getJMSDeliveryTime();
    }

    @Override
    public void setJMSDeliveryTime(long a) throws JMSException {
        own.setJMSDeliveryTime(a);
    }

    @Override
    public int getJMSPriority() throws JMSException {
        return own.getJMSPriority();
    }

    @Override
    public void setJMSPriority(int a) throws JMSException {
        own.setJMSPriority(a);
    }

    @Override
    public void clearProperties() throws JMSException {
        own.clearProperties();
    }

    @Override
    public boolean propertyExists(String a) throws JMSException {
        return own.propertyExists(a);
    }

    @Override
    public boolean getBooleanProperty(String a) throws JMSException {
        return own.getBooleanProperty(a);
    }

    @Override
    public byte getByteProperty(String a) throws JMSException {
        return own.getByteProperty(a);
    }

    @Override
    public short getShortProperty(String a) throws JMSException {
        return own.getShortProperty(a);
    }

    @Override
    public int getIntProperty(String a) throws JMSException {
        return own.getIntProperty(a);
    }

    @Override
    public long getLongProperty(String a) throws JMSException {
        return own.getLongProperty(a);
    }

    @Override
    public float getFloatProperty(String a) throws JMSException {
        return own.getFloatProperty(a);
    }

    @Override
    public double getDoubleProperty(String a) throws JMSException {
        return own.getDoubleProperty(a);
    }

    @Override
    public String getStringProperty(String a) throws JMSException {
        return own.getStringProperty(a);
    }

    @Override
    public Object getObjectProperty(String a) throws JMSException {
        return own.getObjectProperty(a);
    }

    @Override
    public Enumeration<?> getPropertyNames() throws JMSException {
        return own.getPropertyNames();
    }

    @Override
    public void setBooleanProperty(String a, boolean b) throws JMSException {
        own.setBooleanProperty(a, b);
    }

    @Override
    public void setByteProperty(String a, byte b) throws JMSException {
        own.setByteProperty(a, b);
    }

    @Override
    public void setShortProperty(String a, short b) throws JMSException {
        own.setShortProperty(a, b);
    }

    @Override
    public void setIntProperty(String a, int b) throws JMSException {
        own.setIntProperty(a, b);
    }

    @Override
    public void setLongProperty(String a, long b) throws JMSException {
        own.setLongProperty(a, b);
    }

    @Override
    public void setFloatProperty(String a, float b) throws JMSException {
        own.setFloatProperty(a, b);
    }

    @Override
    public void setDoubleProperty(String a, double b) throws JMSException {
        own.setDoubleProperty(a, b);
    }

    @Override
    public void setStringProperty(String a, String b) throws JMSException {
        own.setStringProperty(a, b);
    }

    @Override
    public void setObjectProperty(String a, Object b) throws JMSException {
        own.setObjectProperty(a, b);
    }

    @Override
    public void acknowledge() throws JMSException {
        own.acknowledge();
    }

    @Override
    public void clearBody() throws JMSException {
        own.clearBody();
    }

    @Override
    public <T> T getBody(Class<T> a) throws JMSException {
        return own.getBody(a);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public boolean isBodyAssignableTo(Class a) throws JMSException {
        return own.isBodyAssignableTo(a);
    }

    @Override
    public void setText(String a) throws JMSException {
        own.setText(a);
    }

    @Override
    public String getText() throws JMSException {
        return own.getText();
    }
}
