// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.xa;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Records what Narayana calls in each {@link Scene}, as a process of its own: it has threads that do not end.
 *
 * <p>Arguments: URL of the server, folder of the transaction log, folder for the files.
 */
final class NarayanaCalls {

    static final String RECORDED_WITH = "Narayana 7.3.4.Final in Java SE.";

    private NarayanaCalls() {}

    public static void main(String[] args) throws Exception {
        new TransactionService(Path.of(args[1]));
        Map<String, String> texts = CallRecorder.recordAll(TransactionService.manager(), args[0], RECORDED_WITH);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Files.writeString(Path.of(args[2]).resolve(text.getKey()), text.getValue());
        }
        System.exit(0);
    }
}
