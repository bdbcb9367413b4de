// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.jndi;

import io.quoin.jms.QuoinConnectionFactory;
import io.quoin.jms.QuoinXAConnectionFactory;
import io.quoin.protocol.NearestName;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which factory a URI asks for with {@code ?type=XA_CF}. One class serves all messaging domains. */
enum FactoryType {
    CF,
    QUEUE_CF,
    TOPIC_CF,
    XA_CF,
    QUEUE_XA_CF,
    TOPIC_XA_CF;

    private static final Pattern TYPE = Pattern.compile("([?&])type=([^&]*)(&?)");

    /**
     * The factory for a URI.
     *
     * @throws IllegalArgumentException if the URI cannot be read, or the type is unknown
     */
    static Object make(String uri, FactoryType otherwise) {
        Matcher matcher = TYPE.matcher(uri);
        if (!matcher.find()) {
            return otherwise.create(uri);
        }
        String before = uri.substring(0, matcher.start());
        String rest = uri.substring(matcher.end());
        String separator = rest.isEmpty() ? "" : matcher.group(1);
        return of(matcher.group(2)).create(before + separator + rest);
    }

    private Object create(String uri) {
        return switch (this) {
            case CF, QUEUE_CF, TOPIC_CF -> new QuoinConnectionFactory(uri);
            case XA_CF, QUEUE_XA_CF, TOPIC_XA_CF -> new QuoinXAConnectionFactory(uri);
        };
    }

    private static FactoryType of(String name) {
        List<String> names = Arrays.stream(values()).map(FactoryType::name).toList();
        if (!names.contains(name.toUpperCase(Locale.ROOT))) {
            throw new IllegalArgumentException(NearestName.unknown("type of connection factory", name, names));
        }
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
