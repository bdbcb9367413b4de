// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** A browser of a session handle. */
final class BrowserHandle implements QueueBrowser {

    private final Bound<QueueBrowser> browser;

    BrowserHandle(Bound<QueueBrowser> browser) {
        this.browser = browser;
    }

    @Override
    public Queue getQueue() throws JMSException {
        return browser.get().getQueue();
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        return browser.get().getMessageSelector();
    }

    @Override
    @SuppressWarnings("rawtypes") // the API's
    public Enumeration getEnumeration() throws JMSException {
        return browser.get().getEnumeration();
    }

    @Override
    public void close() throws JMSException {
        browser.close();
    }
}
