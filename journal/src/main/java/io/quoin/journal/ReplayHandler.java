// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.journal;

/** Receives the log's records in their order. */
@FunctionalInterface
public interface ReplayHandler {

    /**
     * Called for every record of the caller's types (16..255). Head and fields are sound. Where only the payload is
     * damaged, the record is given nevertheless, and {@link RecordView#payloadValid()} is false.
     *
     * @param view valid during the call only
     */
    void onRecord(RecordView view);

    /** Called now and then with the bytes of the log read so far and in all. */
    default void onProgress(long doneBytes, long totalBytes) {}
}
