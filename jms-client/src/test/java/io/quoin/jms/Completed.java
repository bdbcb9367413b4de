// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a completion listener was told, in order: the text of what was sent, or the exception's. */
final class Completed implements CompletionListener {

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void onCompletion(Message message) {
        try {
            told.add(((TextMessage) message).getText());
        } catch (JMSException e) {
            told.add(e.toString());
        }
    }

    @Override
    public void onException(Message message, Exception e) {
        told.add(e.toString());
    }

    List<String> told() {
        return told;
    }
}
