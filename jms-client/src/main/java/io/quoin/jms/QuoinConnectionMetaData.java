// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.message.MessageContext;
import io.quoin.jms.message.PropertyNames;
import jakarta.jms.ConnectionMetaData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/** Names and versions (Messaging 3.1 §6.1.6). */
final class QuoinConnectionMetaData implements ConnectionMetaData {

    private static final int MAJOR = 0;
    private static final int MINOR = 1;

    private final MessageContext messages;

    /** The metadata of a connection with such messages. */
    QuoinConnectionMetaData(MessageContext messages) {
        this.messages = messages;
    }

    @Override
    public String getJMSVersion() {
        return "3.1";
    }

    @Override
    public int getJMSMajorVersion() {
        return 3;
    }

    @Override
    public int getJMSMinorVersion() {
        return 1;
    }

    @Override
    public String getJMSProviderName() {
        return "Quoin";
    }

    @Override
    public String getProviderVersion() {
        String version = QuoinConnectionMetaData.class.getPackage().getImplementationVersion();
        return version == null ? MAJOR + "." + MINOR : version;
    }

    @Override
    public int getProviderMajorVersion() {
        return MAJOR;
    }

    @Override
    public int getProviderMinorVersion() {
        return MINOR;
    }

    @Override
    public Enumeration<String> getJMSXPropertyNames() {
        List<String> names = new ArrayList<>(List.of(
                PropertyNames.GROUP_ID,
                PropertyNames.GROUP_SEQUENCE,
                PropertyNames.DELIVERY_COUNT,
                PropertyNames.RECEIVED_AT,
                PropertyNames.USER_ID));
        if (messages.applicationId() != null) {
            names.add(PropertyNames.APPLICATION_ID);
        }
        if (messages.transactionIds()) {
            names.add(PropertyNames.PRODUCER_TRANSACTION);
            names.add(PropertyNames.CONSUMER_TRANSACTION);
        }
        return Collections.enumeration(names);
    }
}
