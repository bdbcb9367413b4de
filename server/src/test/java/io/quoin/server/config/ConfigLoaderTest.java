// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {

    @TempDir
    Path folder;

    @Test
    void nothingSetGivesTheDefaults() throws Exception {
        ServerConfig config = load(Map.of(), Map.of());

        assertThat(config.get(Options.PORT)).isEqualTo(5544);
        assertThat(config.get(Options.ADMIN_PORT)).isEqualTo(5580);
        assertThat(config.get(Options.DATA)).isEqualTo(Path.of("data"));
        assertThat(config.get(Options.BIND).isLoopbackAddress()).isTrue();
        assertThat(config.find(Options.TLS_CERT)).isNull();
        assertThat(config.origin(Options.PORT)).isEqualTo("default");
    }

    @Test
    void theFileIsOutdoneByTheEnvironmentAndThatByFlags() throws Exception {
        write("""
                port: 1
                admin:
                  port: 2
                data: from-file
                """);

        ServerConfig config =
                load(Map.of("QUOIN_PORT", "11", "QUOIN_ADMIN_PORT", "12", "OTHER", "x"), Map.of(Options.PORT, "111"));

        assertThat(config.get(Options.PORT)).isEqualTo(111);
        assertThat(config.origin(Options.PORT)).isEqualTo("--port");
        assertThat(config.get(Options.ADMIN_PORT)).isEqualTo(12);
        assertThat(config.origin(Options.ADMIN_PORT)).isEqualTo("QUOIN_ADMIN_PORT");
        assertThat(config.get(Options.DATA)).isEqualTo(Path.of("from-file"));
        assertThat(config.origin(Options.DATA)).isEqualTo("quoin.yaml:4:1");
    }

    @Test
    void anUnknownKeyIsRefusedWithItsPlaceAndTheNearestName() throws IOException {
        write("""
                port: 1

                admin:
                  prot: 2
                """);

        assertThat(problems(Map.of(), Map.of()))
                .containsExactly(new Problem(
                        ErrorCode.UNKNOWN_OPTION,
                        "quoin.yaml:4:3: unknown key 'admin.prot'. Did you mean 'admin.port'?"));
    }

    @Test
    void anUnknownVariableIsRefusedWithTheNearestName() {
        assertThat(problems(Map.of("QUOIN_PROT", "1", "QUOIN_URL", "quoin://elsewhere"), Map.of()))
                .singleElement()
                .extracting(Problem::text)
                .isEqualTo("environment: unknown variable 'QUOIN_PROT'. Did you mean 'QUOIN_PORT'?");
    }

    @Test
    void allProblemsAreToldAtOnce() throws IOException {
        write("""
                port: many
                dta: x
                admin: [1, 2]
                """);

        assertThat(problems(Map.of("QUOIN_JOURNAL_SEGMENT_SIZE", "1000"), Map.of(Options.TLS_CERT, "cert.pem")))
                .extracting(Problem::text)
                .containsExactly(
                        "quoin.yaml:3:8: admin takes one value, not a list.",
                        "quoin.yaml:1:1: 'many' is not a value of port. It takes a whole number from 0 to 65535.",
                        "quoin.yaml:2:1: unknown key 'dta'. Did you mean 'data'?",
                        "QUOIN_JOURNAL_SEGMENT_SIZE: '1000' is not a value of journal.segment-size. It takes a size from"
                                + " 64KiB to 1GiB, a power of two.",
                        "tls.cert and tls.key belong together, and only one of them is set. Set both, or neither.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::"})
    void anAddressOutsideLoopbackIsRefusedWithoutTls(String address) {
        assertThat(problems(Map.of(), Map.of(Options.BIND, address)))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.UNSAFE_CONFIGURATION);
        assertThat(problems(
                        Map.of("QUOIN_TLS_CERT", "cert.pem", "QUOIN_TLS_KEY", "key.pem"),
                        Map.of(Options.BIND, address)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [", "port: 1\nport: 2", "- 1", "\tport: 1", "a: &x [*x, *x]", "? [a]\n: 1", "text"})
    void aFileThatIsNoConfigurationIsRefusedWithItsPlace(String text) throws IOException {
        write(text);

        assertThat(problems(Map.of(), Map.of()))
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.text()).startsWith("quoin.yaml"));
    }

    @Test
    void anEmptyFileAndEmptyLevelsAreFine() throws Exception {
        write("# nothing\nadmin:\n");

        assertThat(load(Map.of(), Map.of()).get(Options.PORT)).isEqualTo(5544);
    }

    @Test
    void aFileThatWasNamedMustBeThere() {
        assertThatThrownBy(() -> ConfigLoader.load(Path.of("missing.yaml"), folder, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("missing.yaml")
                .hasMessageStartingWith("QN-6006");
    }

    @ParameterizedTest
    @CsvSource({
        "64MiB, 67108864",
        "1GiB, 1073741824",
        "65536, 65536",
        "64 KiB, 65536",
    })
    void sizesHaveUnits(String text, long bytes) throws Exception {
        assertThat(load(Map.of(), Map.of(Options.SEGMENT_SIZE, text)).get(Options.SEGMENT_SIZE))
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "500ms, 500", "2s, 2000", "3 m, 180000", "1h, 3600000", "1d, 86400000"})
    void timesHaveUnits(String text, long ms) throws Exception {
        assertThat(load(Map.of(), Map.of(Options.SESSION_GRACE, text)).get(Options.SESSION_GRACE))
                .isEqualTo(ms);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 parsecs", "-1s", "s", "99999999999999999999s", "9999999999999999d", "2d"})
    void whatIsNoTimeIsRefused(String text) {
        assertThat(problems(Map.of(), Map.of(Options.SESSION_GRACE, text)))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.BAD_VALUE);
    }

    @Test
    void everyDefaultIsAValueThatItsOptionTakes() {
        for (Option<?> option : Options.all()) {
            if (option.defaultValue() != null) {
                assertThat(option.type().parse(option.defaultText()))
                        .as(option.key())
                        .isEqualTo(option.defaultValue());
            }
        }
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve("quoin.yaml"), yaml);
    }

    private ServerConfig load(Map<String, String> environment, Map<Option<?>, String> flags) throws ConfigException {
        return ConfigLoader.load(null, folder, environment, flags);
    }

    private List<Problem> problems(Map<String, String> environment, Map<Option<?>, String> flags) {
        try {
            load(environment, flags);
        } catch (ConfigException e) {
            return e.problems();
        }
        return List.of();
    }
}
