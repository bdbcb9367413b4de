// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServerAccessTest {

    private static final ServerAccess ADAPTER = new ServerAccess("quoin://a?prefetch=5", "ada", "secret", null);

    @Test
    void whatIsNotSaidIsTakenFromTheNextOne() {
        assertThat(ServerAccess.UNSAID.or(ADAPTER)).isEqualTo(ADAPTER);
        assertThat(new ServerAccess(null, "bob", "b", "id").or(ADAPTER))
                .isEqualTo(new ServerAccess("quoin://a?prefetch=5", "bob", "b", "id"));
        assertThat(new ServerAccess(" ", "", "", "").or(ADAPTER)).isEqualTo(ADAPTER);
    }

    @Test
    void aPasswordIsToldToNoOtherServer() {
        assertThat(new ServerAccess("quoin://b", null, null, null).or(ADAPTER))
                .isEqualTo(new ServerAccess("quoin://b", null, null, null));
        assertThat(new ServerAccess(null, "bob", null, null).or(ADAPTER).password())
                .isNull();
    }

    @Test
    void whoeverIsNamedLogsIn() {
        assertThat(ADAPTER.as("bob", "b").user()).isEqualTo("bob");
        assertThat(ADAPTER.as(null, "b")).isEqualTo(ADAPTER);
        assertThat(ADAPTER.as("", "b")).isEqualTo(ADAPTER);
        assertThat(ADAPTER.factory().getUser()).isEqualTo("ada");
        assertThat(ADAPTER.factory().getPrefetch()).isEqualTo(5);
        assertThat(new ServerAccess("quoin://a?user=eve&password=e", null, null, null)
                        .factory()
                        .getUser())
                .isEqualTo("eve");
        assertThatThrownBy(() -> new ServerAccess("quoin://a?nonsense=1", null, null, null).factory())
                .hasMessageContaining("QN-6002");
    }

    @Test
    void noTextShowsThePassword() {
        assertThat(ADAPTER).hasToString("quoin://a as ada");
        assertThat(new ServerAccess("quoin://a?password=secret", null, null, null).toString())
                .doesNotContain("secret");
        assertThat(ServerAccess.UNSAID).hasToString("quoin://127.0.0.1:5544");
    }
}
