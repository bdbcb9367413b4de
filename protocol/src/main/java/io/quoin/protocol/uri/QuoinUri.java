// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.uri;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.NearestName;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which servers to connect to, and how.
 *
 * <pre>
 * quoin://host:5544                              one server; quoins:// with TLS
 * quoin://a:5544,b:5544?prefetch=100             several, tried in that order
 * failover:(quoin://a,quoin://b)?option=value    the same
 * (tcp://a:5544,tcp://b:5544)?option=value       the same, as others write it
 * vm://name                                      a server in this JVM
 * </pre>
 *
 * Options are percent-decoded. The prefixes {@code jms.}, {@code transport.}, {@code failover.} and
 * {@code failover.nested.} are accepted and dropped. Which options there are is the client's to know: see
 * {@link #checkOptions}.
 *
 * @param endpoints at least one, or none if {@code vmName} is given
 * @param vmName the name of a server in this JVM, or null
 * @param options in the order in which they were written, without prefixes
 */
public record QuoinUri(List<Endpoint> endpoints, @Nullable String vmName, Map<String, String> options) {

    public QuoinUri {
        if (endpoints.isEmpty() == (vmName == null)) {
            throw new IllegalArgumentException("A URI names servers or a server in this JVM");
        }
        endpoints = List.copyOf(endpoints);
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException with {@link ErrorCode#BAD_URI} and a sentence that says what is wrong with it and
     *     does not repeat what may be secret
     */
    public static QuoinUri parse(String text) {
        return new UriParser(text).parse();
    }

    /**
     * Refuses options that nobody knows.
     *
     * @throws IllegalArgumentException with {@link ErrorCode#UNKNOWN_OPTION}, which names the nearest one
     */
    public void checkOptions(Collection<String> known) {
        for (String name : options.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        ErrorCode.UNKNOWN_OPTION.message(NearestName.unknown("URI option", name, known)));
            }
        }
    }

    /** A URI that gives an equal one when it is parsed. Values of options are shown, secret or not. */
    @Override
    public String toString() {
        String servers = vmName != null
                ? "vm://" + vmName
                : endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(","));
        return options.isEmpty() ? servers : servers + "?" + PercentCode.join(options);
    }
}
