// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.ee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quoin.it.ee.server.AppServer;
import io.quoin.it.ee.server.AppServers;
import io.quoin.it.ee.server.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Does what the README says of application servers, line by line; only ports and folders differ. The scripts have run before on this stage, so it is also seen
 * that they may be run again.
 */
@ParameterizedClass
@EnumSource
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ReadmeOfServersIT {
    private static final Pattern SCRIPT = Pattern.compile("examples/(?:wildfly|payara)/(\\w+)\\.(?:cli|sh)");
    private static final Pattern POST = Pattern.compile("curl -d '([^']+)' http://127\\.0\\.0\\.1:8080/(\\S+)");
    private static final Pattern GET = Pattern.compile("curl http://127\\.0\\.0\\.1:8080/(\\S+)");

    @Parameter
    private Stage.Kind kind;

    @Test
    void everyLineWorks() throws IOException {
        assumeTrue(AppServers.canRun(kind));
        AppServer server = Stage.of(kind).appServer();
        List<String> lines = lines();
        assertThat(lines.get(0)).as("the start, which has been done").containsPattern("standalone\\.sh|start-domain");
        String order = "";
        for (String line : lines.subList(1, lines.size())) {
            Matcher script = SCRIPT.matcher(line);
            Matcher post = POST.matcher(line);
            Matcher get = GET.matcher(line);
            if (script.find()) {
                server.runScript(script.group(1));
            } else if (post.matches()) {
                order = post.group(1);
                assertThat(server.post(post.group(2), order)).contains("is placed");
            } else {
                assertThat(get.matches()).as(line).isTrue();
                String expected = order;
                Awaitility.await(line)
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> server.get(get.group(1)), page -> page.contains(expected));
            }
        }
        assertThat(order).as("an order was placed").isNotEmpty();
    }

    private List<String> lines() throws IOException {
        String block = "\\*\\*" + Stage.of(kind).appServer().name() + " .*?```bash\\n(.*?)```";
        Matcher matcher = Pattern.compile(block, Pattern.DOTALL).matcher(Files.readString(Path.of("..", "README.md")));
        assertThat(matcher.find()).as(block).isTrue();
        return matcher.group(1).lines().toList();
    }
}
