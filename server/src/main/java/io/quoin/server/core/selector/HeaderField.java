// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core.selector;

import org.jspecify.annotations.Nullable;

/** The message headers that a selector may name (Jakarta Messaging 3.1 §3.8.1.1); all others are refused when the selector is created. */
public enum HeaderField {
    /** The strings PERSISTENT and NON_PERSISTENT (§3.8.1.3). */
    JMS_DELIVERY_MODE("JMSDeliveryMode"),
    JMS_PRIORITY("JMSPriority"),
    JMS_MESSAGE_ID("JMSMessageID"),
    JMS_TIMESTAMP("JMSTimestamp"),
    JMS_CORRELATION_ID("JMSCorrelationID"),
    JMS_TYPE("JMSType");

    private final String text;

    HeaderField(String text) {
        this.text = text;
    }

    static @Nullable HeaderField named(String text) {
        for (HeaderField field : values()) {
            if (field.text.equals(text)) {
                return field;
            }
        }
        return null;
    }
}
