// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.jms.errors.JmsErrors;
import io.quoin.protocol.ErrorCode;
import jakarta.jms.JMSException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which names properties may have: those of identifiers in selectors (Messaging 3.1 §3.5.1, §3.8.1.1). */
public final class PropertyNames {

    /** How often a message was delivered, this time included. */
    public static final String DELIVERY_COUNT = "JMSXDeliveryCount";
    /** Whose messages keep their order. */
    public static final String GROUP_ID = "JMSXGroupID";
    /** The number of a message in its group. */
    public static final String GROUP_SEQUENCE = "JMSXGroupSeq";
    /** Set by the server on what the connection of a user sends. */
    public static final String USER_ID = "JMSXUserID";

    /** The application that sent a message. */
    public static final String APPLICATION_ID = "JMSXAppID";
    /** The transaction in which a message was sent. */
    public static final String PRODUCER_TRANSACTION = "JMSXProducerTXID";

    /** The transaction in which a message was received. */
    public static final String CONSUMER_TRANSACTION = "JMSXConsumerTXID";

    /** When a message was given to the application, in ms since 1970. */
    public static final String RECEIVED_AT = "JMSXRcvTimestamp";

    /** True for a message before which nothing of its group is out. */
    public static final String GROUP_FIRST = "JMS_Quoin_GroupFirst";
    /** True for a message whose earlier consumer vanished, perhaps after it had consumed it (strict delivery). */
    public static final String IN_DOUBT = "JMS_Quoin_InDoubt";

    private static final Set<String> RESERVED_WORDS =
            Set.of("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE");

    private static final Set<String> HEADERS = Set.of(
            "JMSDestination",
            "JMSDeliveryMode",
            "JMSMessageID",
            "JMSTimestamp",
            "JMSCorrelationID",
            "JMSReplyTo",
            "JMSRedelivered",
            "JMSType",
            "JMSExpiration",
            "JMSPriority",
            "JMSDeliveryTime");

    private PropertyNames() {}

    /**
     * Checks a name that somebody wants to set.
     *
     * @param strict whether names that no selector can name are refused
     * @throws IllegalArgumentException if it is null or empty
     * @throws JMSException if it is no identifier, or a reserved word or header
     */
    public static String check(@Nullable String name, boolean strict) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("The name of a property is null or empty");
        }
        if (!strict) {
            return name;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (i == 0 ? !Character.isJavaIdentifierStart(c) : !Character.isJavaIdentifierPart(c)) {
                throw refused(
                        name,
                        "has '" + c + "' at character " + (i + 1)
                                + ", and a selector could not name it; validatePropertyNames=false in the URI allows it");
            }
        }
        if (name.length() <= 7 && RESERVED_WORDS.contains(name.toUpperCase(Locale.ROOT))) {
            throw refused(name, "is a reserved word of selectors");
        }
        if (name.startsWith("JMS") && HEADERS.contains(name)) {
            throw refused(name, "is the name of a header field");
        }
        return name;
    }

    /** Whether only the provider may say what the property holds; a sender's value is of no consequence. */
    static boolean isSetOnReceipt(String name) {
        return name.equals(DELIVERY_COUNT)
                || name.equals(GROUP_FIRST)
                || name.equals(RECEIVED_AT)
                || name.equals(CONSUMER_TRANSACTION);
    }

    private static JMSException refused(String name, String why) {
        return JmsErrors.of(ErrorCode.BAD_PROPERTY_NAME, "The property name \"" + name + "\" " + why);
    }
}
