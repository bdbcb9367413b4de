// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.NamedValue;
import java.util.List;

/**
 * Answers the verbs of ADMIN.
 *
 * <p>Thread: the owner's, so it takes no step that is long.
 */
public interface Administration {

    /**
     * Does what the verb says.
     *
     * @return JSON
     * @throws ProtocolException with the error that the client is told
     */
    String answer(String verb, List<NamedValue> arguments) throws ProtocolException;
}
