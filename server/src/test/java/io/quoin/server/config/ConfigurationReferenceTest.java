// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {

    /** With {@code -Dquoin.update=true} the page is written anew instead. */
    @Test
    void thePageInTheDocumentationIsTheOneGeneratedFromTheTable() throws IOException {
        Path page = Path.of("..", "docs", "configuration.md");
        if (Boolean.getBoolean("quoin.update")) {
            Files.writeString(page, ConfigurationReference.markdown());
        }

        assertThat(Files.readString(page))
                .as("docs/configuration.md; write it anew with -Dquoin.update=true")
                .isEqualTo(ConfigurationReference.markdown());
    }
}
