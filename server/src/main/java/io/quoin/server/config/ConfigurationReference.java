// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

/** Writes docs/configuration.md from the table of options; a test compares them. */
public final class ConfigurationReference {

    private ConfigurationReference() {}

    /** The whole page, in Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Configuration

                `quoin run` needs no configuration. Each option can be set in three places; the later one wins:

                1. `quoin.yaml` in the working directory, or the file named by `--config` or `QUOIN_CONFIG`. Dots in a key are
                   levels of the file: `admin.port` is written

                   ```yaml
                   admin:
                     port: 5580
                   ```
                2. The environment: `QUOIN_ADMIN_PORT=5580`.
                3. A flag of `quoin run`: `--admin-port 5580`.

                Sizes are numbers with `B`, `KiB`, `MiB`, `GiB` or `TiB`; times with `ms`, `s`, `m`, `h` or `d`. A key, variable or
                flag that is not in this table is refused with the name that is nearest to it, and so is a value that is not allowed.

                This page is generated from the table in `io.quoin.server.config.Options`.

                | key | default | takes | what it does |
                |---|---|---|---|
                """);
        for (Option<?> option : Options.all()) {
            page.append("| `").append(option.key()).append("` | ");
            String text = option.defaultText();
            page.append(text.isEmpty() ? "none" : "`" + text + "`")
                    .append(" | ")
                    .append(option.type().allowed())
                    .append(" | ")
                    .append(option.doc())
                    .append(" |\n");
        }
        return page.toString();
    }
}
