// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.NamedValue;
import io.quoin.server.core.ClientConnection;
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
     * @param asker whose user has to be allowed to
     * @return JSON, told when what was recorded for it is durable
     * @throws ProtocolException with the error that the client is told
     */
    String answer(ClientConnection asker, String verb, List<NamedValue> arguments) throws ProtocolException;
}
