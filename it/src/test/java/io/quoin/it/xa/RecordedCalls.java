// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import io.quoin.it.xa.WatchedResource.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;

/**
 * What an application and its transaction manager did with some resources, a line each, in a form that is easy to read:
 *
 * <pre>
 * a     START            x1  TMNOFLAGS   XA_OK
 * a     receives
 * a     END              x1  TMSUCCESS   XA_OK
 * a     COMMIT_ONE_PHASE x1  TMNOFLAGS   XA_OK
 * </pre>
 *
 * The columns are the resource, the call, the branch, the flags, and what was returned or thrown. {@code receives},
 * {@code sends} and {@code closes} are the application's: it works with the session, or closes it with its connection. Lines
 * with {@code #} are remarks.
 */
record RecordedCalls(List<Line> lines) {

    /** The name of a resource that is not Quoin's. */
    static final String OTHER = "other";

    private static final Map<Integer, String> STARTS = new LinkedHashMap<>(
            Map.of(XAResource.TMNOFLAGS, "TMNOFLAGS", XAResource.TMJOIN, "TMJOIN", XAResource.TMRESUME, "TMRESUME"));

    private static final Map<Integer, String> FLAGS = new LinkedHashMap<>(
            Map.of(XAResource.TMSUCCESS, "TMSUCCESS", XAResource.TMFAIL, "TMFAIL", XAResource.TMSUSPEND, "TMSUSPEND"));

    private static final Map<Integer, String> ANSWERS = Map.of(
            XAResource.XA_OK, "XA_OK",
            XAResource.XA_RDONLY, "XA_RDONLY",
            XAException.XA_RBROLLBACK, "XA_RBROLLBACK",
            XAException.XA_RBCOMMFAIL, "XA_RBCOMMFAIL",
            XAException.XA_RBTIMEOUT, "XA_RBTIMEOUT",
            XAException.XAER_NOTA, "XAER_NOTA",
            XAException.XAER_PROTO, "XAER_PROTO",
            XAException.XAER_DUPID, "XAER_DUPID",
            XAException.XAER_RMFAIL, "XAER_RMFAIL");

    static {
        FLAGS.putAll(STARTS);
    }

    /** One thing that was done with a resource. */
    sealed interface Line {

        /** The resource. */
        String of();
    }

    /** What the application does with a session. */
    enum Work {
        RECEIVES,
        SENDS,
        CLOSES
    }

    /** The application's doing. */
    record Step(String of, Work work) implements Line {

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%-6s%s", of, work.name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * The transaction manager's doing.
     *
     * @param branch a name for it in these lines
     * @param answer what was returned, or the code that was thrown
     */
    record Call(String of, Method method, String branch, int flags, int answer) implements Line {

        boolean isAnswered(Method with) {
            return method == with && answer == XAResource.XA_OK;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-6s%-17s%-4s%-12s%s",
                    of,
                    method,
                    branch,
                    FLAGS.getOrDefault(flags, Integer.toString(flags)),
                    ANSWERS.getOrDefault(answer, Integer.toString(answer)));
        }
    }

    static RecordedCalls parse(String text) {
        List<Line> lines = new ArrayList<>();
        text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> lines.add(line(line.split(" +"))));
        return new RecordedCalls(lines);
    }

    private static Line line(String[] words) {
        if (words.length == 2) {
            return new Step(words[0], Work.valueOf(words[1].toUpperCase(Locale.ROOT)));
        }
        return new Call(words[0], Method.valueOf(words[1]), words[2], key(FLAGS, words[3]), key(ANSWERS, words[4]));
    }

    private static int key(Map<Integer, String> names, String name) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** The transaction manager's calls of a branch of Quoin's resources. */
    List<Call> calls(String branch) {
        return lines.stream()
                .filter(line -> line instanceof Call call && call.branch.equals(branch) && !call.of.equals(OTHER))
                .map(Call.class::cast)
                .toList();
    }

    /** The branches of Quoin's resources. */
    List<String> branches() {
        return lines.stream()
                .filter(line -> line instanceof Call && !line.of().equals(OTHER))
                .map(line -> ((Call) line).branch)
                .distinct()
                .toList();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
