// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import jakarta.jms.JMSException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Properties by name, in the order in which they were first set, with the conversions of Messaging 3.1 §3.5.4. Messages and
 * {@code JMSProducer} have one each.
 *
 * <p>Thread: confined to one at a time.
 */
public final class Properties {

    private final boolean strictNames;
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    /** No properties yet. */
    public Properties(boolean strictNames) {
        this.strictNames = strictNames;
    }

    /**
     * Sets a property.
     *
     * @throws IllegalArgumentException if the name is null or empty
     * @throws jakarta.jms.MessageFormatException if the value is of another type than a property may have
     */
    public void set(@Nullable String name, @Nullable Object value) throws JMSException {
        String checked = PropertyNames.check(name, strictNames);
        boolean group = PropertyNames.GROUP_ID.equals(checked);
        if (!Conversions.isPropertyValue(value) || (group && value != null && !(value instanceof String))) {
            throw Conversions.unsupported(value);
        }
        values.put(checked, value);
    }

    /** Sets what a decoder or another set of properties has checked before. */
    void setChecked(String name, @Nullable Object value) {
        values.put(name, value);
    }

    /** The value, as it was set; null if there is none. */
    public @Nullable Object get(String name) {
        return values.get(name);
    }

    /** Whether it was set, be it to null. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Whether none is set. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** How many are set. */
    public int size() {
        return values.size();
    }

    /** Takes one away. */
    void remove(String name) {
        values.remove(name);
    }

    /** Takes all away. */
    public void clear() {
        values.clear();
    }

    /** The names, backed by the properties. */
    public Set<String> names() {
        return values.keySet();
    }

    /** Names and values, not to be changed. */
    Map<String, @Nullable Object> values() {
        return values;
    }
}
