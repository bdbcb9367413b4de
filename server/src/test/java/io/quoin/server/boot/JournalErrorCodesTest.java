// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoin.journal.JournalError;
import io.quoin.protocol.ErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The journal and the protocol know nothing of each other, but users see one list of codes. */
class JournalErrorCodesTest {

    @ParameterizedTest
    @EnumSource(JournalError.class)
    void anErrorOfTheJournalHasTheNumberThatUsersCanLookUp(JournalError error) {
        ErrorCode expected = switch (error) {
            case LOCKED -> ErrorCode.DATA_LOCKED;
            case CORRUPT -> ErrorCode.JOURNAL_CORRUPT;
            case FORMAT_TOO_NEW -> ErrorCode.FORMAT_TOO_NEW;
            case FAILED -> ErrorCode.JOURNAL_FAILED;
            case DISK_FULL -> ErrorCode.JOURNAL_FULL;
            case DAMAGED_RECORD -> ErrorCode.MESSAGE_DAMAGED;
            case NO_SUCH_RECORD -> ErrorCode.RECORD_MISSING;
            case NOT_A_DATA_FOLDER -> ErrorCode.NOT_A_DATA_FOLDER;
        };

        assertThat(error.number()).isEqualTo(expected.number());
    }
}
