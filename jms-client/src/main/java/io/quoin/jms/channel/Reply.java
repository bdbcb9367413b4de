// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.channel;

import io.quoin.protocol.codec.Frame;
import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/** The answer to one request. */
public class Reply extends Pending {

    private Frame.@Nullable Ok ok;
    private byte @Nullable [] payload;

    /** The OK has come; {@code payload} is a checked block. */
    public final void succeed(Frame.Ok ok, byte @Nullable [] payload) throws JMSException {
        this.ok = ok;
        this.payload = payload;
        onOk(ok);
        succeed();
    }

    /**
     * Called by the reader before it reads the next frame, so that what follows the OK is seen in the state after it. Must
     * not block.
     */
    protected void onOk(Frame.Ok ok) throws JMSException {}

    /** The OK, once it has been waited for. */
    public final Frame.Ok ok() {
        Frame.Ok answer = ok;
        if (answer == null) {
            throw new IllegalStateException("The request has not been answered");
        }
        return answer;
    }

    public final byte @Nullable [] payload() {
        return payload;
    }
}
