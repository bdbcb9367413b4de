// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.message;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdTest {

    @Property
    void itsTextGivesItBack(@ForAll long high, @ForAll long low, @ForAll @LongRange(min = 0) long sequence) {
        MessageId id = new MessageId(high, low, sequence);

        assertThat(MessageId.parse(id.text())).isEqualTo(id);
        assertThat(id.text()).matches("ID:[0-9a-f]{32}-[0-9]+").hasToString(id.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ID:",
                "order-17",
                "ID:0123456789abcdef0123456789abcdef-",
                "ID:0123456789abcdef0123456789abcdef-x",
                "ID:0123456789abcdef0123456789abcdef-01",
                "ID:0123456789abcdef0123456789abcdef-+1",
                "ID:0123456789ABCDEF0123456789abcdef-1",
                "ID:0123456789abcdef0123456789abcdeg-1",
                "ID:0123456789abcdef0123456789abcdef_1",
                "id:0123456789abcdef0123456789abcdef-1",
                "ID:0123456789abcdef0123456789abcdef-9223372036854775808",
                "ID:0123456789abcdef0123456789abcdef-99999999999999999999999999"
            })
    void anyOtherTextIsNone(String text) {
        assertThat(MessageId.parse(text)).isNull();
    }
}
