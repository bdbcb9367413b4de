// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim.model;

import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;

/** What an answer will mean. */
interface Meaning {

    void ok(Frame.Ok ok) throws ProtocolException;

    default void error(int code) {}
}
