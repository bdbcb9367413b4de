// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.jndi;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.ConfigurationException;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Puts values for {@code ${name}} and {@code ${name:-default}}: another of the properties, a system property, or a variable
 * of the environment, whichever there is first.
 *
 * <p>Thread: any.
 */
final class Variables {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}:]+)(?::-([^}]*))?}");

    private final Map<String, String> properties;

    Variables(Map<String, String> properties) {
        this.properties = properties;
    }

    /**
     * The value with everything put in; what is put in is not looked at again.
     *
     * @throws ConfigurationException if there is neither a value nor a default
     */
    String resolve(String property, String value) throws NamingException {
        Matcher matcher = VARIABLE.matcher(value);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String found = find(matcher.group(1));
            String replacement = found == null ? matcher.group(2) : found;
            if (replacement == null) {
                throw new ConfigurationException("The property " + property + " has ${" + matcher.group(1)
                        + "}, and there is no property, system property or environment variable of that name;"
                        + " ${" + matcher.group(1) + ":-default} gives a default");
            }
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(replacement));
        }
        return matcher.appendTail(resolved).toString();
    }

    private @Nullable String find(String name) {
        String property = properties.get(name);
        if (property != null) {
            return property;
        }
        String system = System.getProperty(name);
        return system == null ? System.getenv(name) : system;
    }
}
