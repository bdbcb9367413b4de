// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import io.quoin.jms.channel.ChannelOptions;
import io.quoin.jms.channel.failover.ReconnectPolicy;
import io.quoin.jms.message.MessageContext;
import io.quoin.protocol.uri.Endpoint;
import java.util.List;

/**
 * What a factory's options were when a connection was created.
 *
 * @param endpoints to be tried in that order
 * @param requestTimeoutMs for an answer of the server to anything but a send
 * @param prefetchMessages 0 for one round trip per receive
 * @param reconnect how a connection is looked for
 * @param durableAcknowledgements whether automatic acknowledgements wait for the disk
 */
record Settings(
        List<Endpoint> endpoints,
        ChannelOptions channel,
        long requestTimeoutMs,
        int prefetchMessages,
        long prefetchBytes,
        boolean durableAcknowledgements,
        ReconnectPolicy reconnect,
        MessageContext messages) {}
