// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.it.sim;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.Frame;
import java.util.Arrays;

/** What a server may refuse to clients that keep to the protocol. */
final class Refusals {

    private Refusals() {}

    static void consumer(Frame.Failure failure) {
        check(
                failure,
                ErrorCode.SUBSCRIPTION_ACTIVE,
                ErrorCode.SUBSCRIPTION_MISMATCH,
                ErrorCode.CONSUMER_TAKEN_OVER,
                ErrorCode.CLIENT_ID_MISSING,
                ErrorCode.DESTINATION_DELETED,
                ErrorCode.UNKNOWN_DESTINATION,
                ErrorCode.TEMPORARY_NOT_OWNED);
    }

    static void transaction(Frame.Failure failure) {
        check(
                failure,
                ErrorCode.TRANSACTION_ROLLED_BACK,
                ErrorCode.TRANSACTION_UNKNOWN,
                ErrorCode.TRANSACTION_TOO_LARGE);
    }

    static void unsubscribe(Frame.Failure failure) {
        check(failure, ErrorCode.SUBSCRIPTION_ACTIVE, ErrorCode.SUBSCRIPTION_UNKNOWN);
    }

    static void browser(Frame.Failure failure) {
        check(failure, ErrorCode.UNKNOWN_DESTINATION);
    }

    private static void check(Frame.Failure failure, ErrorCode... legal) {
        ErrorCode code = ErrorCode.find(failure.code());
        if (!Arrays.asList(legal).contains(code)) {
            throw new AssertionError("Refused with " + code + ": " + failure.text());
        }
    }
}
