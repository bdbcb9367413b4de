// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.outbound;

import io.quoin.jms.QuoinJMSProducer;
import io.quoin.jms.errors.Unchecked;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSProducer;
import org.jspecify.annotations.Nullable;

/** The simplified API's producer: the client's own, on whatever session its handle works now. */
final class ProducerOfContext extends QuoinJMSProducer {

    private final SessionHandle session;

    ProducerOfContext(SessionHandle session) {
        super(session::physical, session::failed);
        this.session = session;
    }

    @Override
    public JMSProducer setAsync(@Nullable CompletionListener listener) {
        Unchecked.run(() -> session.rules().refuse("JMSProducer.setAsync"));
        return super.setAsync(listener);
    }
}
