// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.message;

import io.quoin.protocol.ErrorCode;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;

/** The exceptions of messages that no error of the server maps to. */
final class MessageErrors {

    private MessageErrors() {}

    static MessageNotWriteableException readOnly(String what) {
        ErrorCode code = ErrorCode.MESSAGE_READ_ONLY;
        return new MessageNotWriteableException(
                code.messageWithAdvice("The " + what + " of the message is read-only"), code.code());
    }

    static MessageNotReadableException writeOnly() {
        ErrorCode code = ErrorCode.MESSAGE_WRITE_ONLY;
        return new MessageNotReadableException(
                code.messageWithAdvice("The body of the message is write-only"), code.code());
    }

    static MessageEOFException end() {
        ErrorCode code = ErrorCode.MESSAGE_END;
        return new MessageEOFException(
                code.messageWithAdvice("The body of the message has nothing more to read"), code.code());
    }
}
