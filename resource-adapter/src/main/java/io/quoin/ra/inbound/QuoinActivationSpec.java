// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.inbound;

import io.quoin.protocol.ErrorCode;
import io.quoin.ra.config.ServerAccess;
import jakarta.jms.MessageListener;
import jakarta.resource.spi.Activation;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.ConfigProperty;
import jakarta.resource.spi.InvalidPropertyException;
import jakarta.resource.spi.ResourceAdapter;
import java.beans.IntrospectionException;
import java.beans.PropertyDescriptor;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a message-driven bean says of the messages that it wants: the standard activation properties (Messaging 3.1 §13), and
 * some of Quoin's own, all of which have defaults.
 *
 * <p>Thread: one at a time, until the bean is activated.
 */
@Activation(messageListeners = MessageListener.class)
public final class QuoinActivationSpec implements ActivationSpec, Serializable {

    /** How many sessions a bean can have. */
    public static final int SESSIONS_MAX = 64;

    private static final long serialVersionUID = 1L;

    private @Nullable String destinationLookup;
    private @Nullable String destination;
    private @Nullable String destinationType;
    private @Nullable String connectionFactoryLookup;
    private @Nullable String acknowledgeMode;
    private @Nullable String messageSelector;
    private @Nullable String subscriptionDurability;
    private @Nullable String subscriptionName;
    private @Nullable String clientId;
    private @Nullable String url;
    private @Nullable String userName;
    private @Nullable String password;
    private boolean shareSubscription;
    private int minSessions = 1;
    private int maxSessions = 10;
    private int maxDeliveries = -1;
    private long redeliveryDelay = -1;
    private long retryDelay = 50;
    private long maxRetryDelay = 3_000;
    private boolean failFast;
    private transient @Nullable ResourceAdapter adapter;

    // --- Standard properties

    /** JNDI name of the queue or topic. */
    public @Nullable String getDestinationLookup() {
        return destinationLookup;
    }

    /** Sets {@link #getDestinationLookup}. */
    @ConfigProperty(description = "JNDI name of the queue or topic")
    public void setDestinationLookup(@Nullable String value) {
        destinationLookup = value;
    }

    /** {@code jakarta.jms.Queue} or {@code jakarta.jms.Topic}; that of what was looked up, or else a queue, unless set. */
    public @Nullable String getDestinationType() {
        return destinationType;
    }

    /** Sets {@link #getDestinationType}. */
    @ConfigProperty(description = "jakarta.jms.Queue or jakarta.jms.Topic")
    public void setDestinationType(@Nullable String value) {
        destinationType = value;
    }

    /** JNDI name of a connection factory of Quoin, whose server and user count; those of the resource adapter unless set. */
    public @Nullable String getConnectionFactoryLookup() {
        return connectionFactoryLookup;
    }

    /** Sets {@link #getConnectionFactoryLookup}. */
    @ConfigProperty(description = "JNDI name of a connection factory of Quoin, whose server and user count")
    public void setConnectionFactoryLookup(@Nullable String value) {
        connectionFactoryLookup = value;
    }

    /** {@code Auto-acknowledge} or {@code Dups-ok-acknowledge}, for beans that are not transacted. */
    public @Nullable String getAcknowledgeMode() {
        return acknowledgeMode;
    }

    /** Sets {@link #getAcknowledgeMode}. */
    @ConfigProperty(defaultValue = "Auto-acknowledge", description = "Auto-acknowledge or Dups-ok-acknowledge")
    public void setAcknowledgeMode(@Nullable String value) {
        acknowledgeMode = value;
    }

    /** Which messages; all unless set. */
    public @Nullable String getMessageSelector() {
        return messageSelector;
    }

    /** Sets {@link #getMessageSelector}. */
    @ConfigProperty(description = "Which messages")
    public void setMessageSelector(@Nullable String value) {
        messageSelector = value;
    }

    /** {@code Durable} or {@code NonDurable}, for topics. */
    public @Nullable String getSubscriptionDurability() {
        return subscriptionDurability;
    }

    /** Sets {@link #getSubscriptionDurability}. */
    @ConfigProperty(defaultValue = "NonDurable", description = "Durable or NonDurable, for topics")
    public void setSubscriptionDurability(@Nullable String value) {
        subscriptionDurability = value;
    }

    /** The subscription's name, for durable and shared ones. */
    public @Nullable String getSubscriptionName() {
        return subscriptionName;
    }

    /** Sets {@link #getSubscriptionName}. */
    @ConfigProperty(description = "The subscription's name, for durable and shared ones")
    public void setSubscriptionName(@Nullable String value) {
        subscriptionName = value;
    }

    /** The client id: with one, a durable subscription is this client's alone; without, it is shared by its name. */
    public @Nullable String getClientId() {
        return clientId;
    }

    /** Sets {@link #getClientId}. */
    @ConfigProperty(description = "The client id: with one, a durable subscription is not shared")
    public void setClientId(@Nullable String value) {
        clientId = value;
    }

    // --- Quoin's own

    /** Name of the queue or topic, with options if it has some; or a JNDI name that begins with {@code java:}. */
    public @Nullable String getDestination() {
        return destination;
    }

    /** Sets {@link #getDestination}. */
    @ConfigProperty(description = "Name of the queue or topic, or a JNDI name that begins with java:")
    public void setDestination(@Nullable String value) {
        destination = value;
    }

    /** Servers and options; those of the connection factory that is looked up, or of the resource adapter, unless set. */
    public @Nullable String getUrl() {
        return url;
    }

    /** Sets {@link #getUrl}. */
    @ConfigProperty(description = "Servers and options, like quoin://host:5544")
    public void setUrl(@Nullable String value) {
        url = value;
    }

    /** Whoever logs in. */
    public @Nullable String getUserName() {
        return userName;
    }

    /** Sets {@link #getUserName}. */
    @ConfigProperty(description = "Whoever logs in")
    public void setUserName(@Nullable String value) {
        userName = value;
    }

    /** The same as {@link #getUserName}, as some application servers call it. */
    public @Nullable String getUser() {
        return userName;
    }

    /** Sets {@link #getUserName}. */
    @ConfigProperty(description = "The same as userName")
    public void setUser(@Nullable String value) {
        userName = value;
    }

    /** The password of that user. */
    public @Nullable String getPassword() {
        return password;
    }

    /** Sets {@link #getPassword}. */
    @ConfigProperty(confidential = true, description = "The password of that user")
    public void setPassword(@Nullable String value) {
        password = value;
    }

    /** Whether all activations share a subscription that is not durable, by its name, so that each message comes to one of them. */
    public Boolean getShareSubscription() {
        return shareSubscription;
    }

    /** Sets {@link #getShareSubscription}. */
    @ConfigProperty(defaultValue = "false", description = "Whether servers share a subscription that is not durable")
    public void setShareSubscription(Boolean value) {
        shareSubscription = value;
    }

    /** How many sessions there are from the beginning, 1 to 64. */
    public Integer getMinSessions() {
        return minSessions;
    }

    /** Sets {@link #getMinSessions}. */
    @ConfigProperty(defaultValue = "1", description = "How many sessions there are from the beginning, 1 to 64")
    public void setMinSessions(Integer value) {
        minSessions = value;
    }

    /** How many sessions there are at most, and with that messages in hand at a time, 1 to 64. */
    public Integer getMaxSessions() {
        return maxSessions;
    }

    /** Sets {@link #getMaxSessions}. */
    @ConfigProperty(defaultValue = "10", description = "How many messages are in hand at a time, 1 to 64")
    public void setMaxSessions(Integer value) {
        maxSessions = value;
    }

    /** The same as {@link #getMaxSessions}, as others call it. */
    public Integer getMaxSession() {
        return maxSessions;
    }

    /** Sets {@link #getMaxSessions}. */
    @ConfigProperty(description = "The same as maxSessions")
    public void setMaxSession(Integer value) {
        maxSessions = value;
    }

    /** After how many deliveries a message goes to the dead letters, as an option of the destination; -1 to leave it as it is. */
    public Integer getMaxDeliveries() {
        return maxDeliveries;
    }

    /** Sets {@link #getMaxDeliveries}. */
    @ConfigProperty(defaultValue = "-1", description = "Deliveries before a message goes to the dead letters")
    public void setMaxDeliveries(Integer value) {
        maxDeliveries = value;
    }

    /** How long a message rests that came back, in ms, as an option of the destination; -1 to leave it as it is. */
    public Long getRedeliveryDelay() {
        return redeliveryDelay;
    }

    /** Sets {@link #getRedeliveryDelay}. */
    @ConfigProperty(defaultValue = "-1", description = "How long a message rests that came back, in ms")
    public void setRedeliveryDelay(Long value) {
        redeliveryDelay = value;
    }

    /** Before what failed in server or container is tried once more, in ms; doubles, and a share of chance is taken of it. */
    public Long getRetryDelay() {
        return retryDelay;
    }

    /** Sets {@link #getRetryDelay}. */
    @ConfigProperty(defaultValue = "50", description = "Before a second try, in ms; doubles from try to try")
    public void setRetryDelay(Long value) {
        retryDelay = value;
    }

    /** What it does not exceed, in ms. */
    public Long getMaxRetryDelay() {
        return maxRetryDelay;
    }

    /** Sets {@link #getMaxRetryDelay}. */
    @ConfigProperty(defaultValue = "3000", description = "The longest pause between tries, in ms")
    public void setMaxRetryDelay(Long value) {
        maxRetryDelay = value;
    }

    /** Whether the deployment fails if the server cannot be reached; otherwise it is waited for. */
    public Boolean getFailFast() {
        return failFast;
    }

    /** Sets {@link #getFailFast}. */
    @ConfigProperty(defaultValue = "false", description = "Whether the deployment fails without the server")
    public void setFailFast(Boolean value) {
        failFast = value;
    }

    @Override
    public @Nullable ResourceAdapter getResourceAdapter() {
        return adapter;
    }

    @Override
    public void setResourceAdapter(@Nullable ResourceAdapter to) {
        adapter = to;
    }

    // --- What it means

    /** Refuses values that do not exist or do not go together. */
    @Override
    public void validate() throws InvalidPropertyException {
        if (isMissing(destinationLookup) && isMissing(destination)) {
            throw refused("Neither destinationLookup nor destination is set", "destinationLookup");
        }
        Choice.check("destinationType", destinationType, Choice.QUEUE, Choice.TOPIC);
        Choice.check("acknowledgeMode", acknowledgeMode, Choice.AUTO, Choice.DUPS_OK);
        Choice.check("subscriptionDurability", subscriptionDurability, Choice.DURABLE, Choice.NON_DURABLE);
        if (isDurable() && isMissing(subscriptionName)) {
            throw refused("A durable subscription has no subscriptionName", "subscriptionName");
        }
        if (isDurable() && Choice.QUEUE.equals(destinationType)) {
            throw refused("A queue has no durable subscription", "subscriptionDurability");
        }
        if (shareSubscription && isMissing(subscriptionName)) {
            throw refused("A shared subscription has no subscriptionName", "subscriptionName");
        }
        if (maxSessions < 1 || maxSessions > SESSIONS_MAX) {
            throw refused("maxSessions is 1 to 64, and not " + maxSessions, "maxSessions");
        }
        if (minSessions < 1 || minSessions > maxSessions) {
            throw refused(
                    "minSessions is 1 to maxSessions (" + maxSessions + "), and not " + minSessions, "minSessions");
        }
        if (retryDelay < 1 || maxRetryDelay < retryDelay) {
            throw refused(
                    "retryDelay is 1 or more and maxRetryDelay no less, and not " + retryDelay + " and "
                            + maxRetryDelay,
                    "retryDelay");
        }
    }

    private static boolean isMissing(@Nullable String text) {
        return text == null || text.isBlank();
    }

    private static InvalidPropertyException refused(String text, String property) {
        return Choice.refused(text, property);
    }

    boolean isForTopic() {
        return Choice.TOPIC.equals(destinationType);
    }

    boolean isForQueue() {
        return Choice.QUEUE.equals(destinationType);
    }

    boolean isDupsOk() {
        return Choice.DUPS_OK.equals(acknowledgeMode);
    }

    boolean isDurable() {
        return Choice.DURABLE.equals(subscriptionDurability);
    }

    /** Which server, and as whom, where nothing was looked up. */
    public ServerAccess access(ServerAccess adapters) {
        return new ServerAccess(url, userName, password, clientId).or(adapters);
    }

    @Override
    public String toString() {
        String what = isMissing(destinationLookup) ? destination : destinationLookup;
        return "QuoinActivationSpec[" + what + (subscriptionName == null ? "" : ", " + subscriptionName) + "]";
    }

    /** Properties that have two values. */
    private static final class Choice {

        static final String QUEUE = "jakarta.jms.Queue";
        static final String TOPIC = "jakarta.jms.Topic";
        static final String AUTO = "Auto-acknowledge";
        static final String DUPS_OK = "Dups-ok-acknowledge";
        static final String DURABLE = "Durable";
        static final String NON_DURABLE = "NonDurable";

        private Choice() {}

        static void check(String property, @Nullable String value, String one, String other)
                throws InvalidPropertyException {
            if (!isMissing(value) && !one.equals(value) && !other.equals(value)) {
                throw refused(property + " is " + one + " or " + other + ", and not " + value, property);
            }
        }

        static InvalidPropertyException refused(String text, String property) {
            InvalidPropertyException refused = new InvalidPropertyException(
                    ErrorCode.ACTIVATION_REFUSED.message(text), ErrorCode.ACTIVATION_REFUSED.code());
            try {
                refused.setInvalidPropertyDescriptors(
                        new PropertyDescriptor[] {new PropertyDescriptor(property, QuoinActivationSpec.class)});
            } catch (IntrospectionException e) {
                refused.addSuppressed(e);
            }
            return refused;
        }
    }
}
