// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms.errors;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Turns an {@link ErrorCode} into the {@code JMSException} that its kind prescribes, and a {@code JMSException} into the
 * unchecked exception of the simplified API (Messaging 3.1 §2.5.9). The error code of every exception is the stable
 * {@code QN-1234}; the message ends with what to do.
 */
public final class JmsErrors {

    private JmsErrors() {}

    /** The exception for an error about which {@code text} says what happened and where, without a full stop. */
    public static JMSException of(ErrorCode code, String text) {
        String reason = code.messageWithAdvice(text);
        String stable = code.code();
        return switch (code.kind()) {
            case GENERAL -> new JMSException(reason, stable);
            case ILLEGAL_STATE -> new IllegalStateException(reason, stable);
            case INVALID_DESTINATION -> new InvalidDestinationException(reason, stable);
            case INVALID_SELECTOR -> new InvalidSelectorException(reason, stable);
            case INVALID_CLIENT_ID -> new InvalidClientIDException(reason, stable);
            case SECURITY -> new JMSSecurityException(reason, stable);
            case RESOURCE -> new ResourceAllocationException(reason, stable);
            case TRANSACTION_ROLLED_BACK -> new TransactionRolledBackException(reason, stable);
            case TRANSACTION_IN_PROGRESS -> new TransactionInProgressException(reason, stable);
            case MESSAGE_FORMAT -> new MessageFormatException(reason, stable);
        };
    }

    /** The same with the reason behind it. */
    public static JMSException of(ErrorCode code, String text, Throwable cause) {
        return caused(of(code, text), cause);
    }

    /** The exception for what the protocol or the server reported. */
    public static JMSException of(ProtocolException cause) {
        return of(cause.code(), cause.text(), cause);
    }

    /** Links {@code exception} with its cause, in both ways that Java has for it. */
    public static <E extends JMSException> E caused(E exception, Throwable cause) {
        exception.initCause(cause);
        if (cause instanceof Exception linked) {
            exception.setLinkedException(linked);
        }
        return exception;
    }

    /**
     * A fresh exception like {@code original}, for the thread that calls now: one error may be told to many callers, and
     * each wants a stack trace of its own.
     */
    public static JMSException again(JMSException original) {
        if (original instanceof LinkLostException) {
            return LinkLostException.because(original);
        }
        String reason = original.getMessage();
        String code = original.getErrorCode();
        JMSException fresh;
        if (original instanceof IllegalStateException) {
            fresh = new IllegalStateException(reason, code);
        } else if (original instanceof InvalidDestinationException) {
            fresh = new InvalidDestinationException(reason, code);
        } else if (original instanceof InvalidSelectorException) {
            fresh = new InvalidSelectorException(reason, code);
        } else if (original instanceof InvalidClientIDException) {
            fresh = new InvalidClientIDException(reason, code);
        } else if (original instanceof JMSSecurityException) {
            fresh = new JMSSecurityException(reason, code);
        } else if (original instanceof ResourceAllocationException) {
            fresh = new ResourceAllocationException(reason, code);
        } else if (original instanceof TransactionRolledBackException) {
            fresh = new TransactionRolledBackException(reason, code);
        } else if (original instanceof TransactionInProgressException) {
            fresh = new TransactionInProgressException(reason, code);
        } else if (original instanceof MessageFormatException) {
            fresh = new MessageFormatException(reason, code);
        } else {
            fresh = new JMSException(reason, code);
        }
        return caused(fresh, original);
    }

    /** The unchecked form of {@code e}, subclass for subclass, with its message, error code and cause. */
    public static JMSRuntimeException unchecked(JMSException e) {
        String reason = e.getMessage();
        String code = e.getErrorCode();
        if (e instanceof IllegalStateException) {
            return new IllegalStateRuntimeException(reason, code, e);
        } else if (e instanceof InvalidClientIDException) {
            return new InvalidClientIDRuntimeException(reason, code, e);
        } else if (e instanceof InvalidDestinationException) {
            return new InvalidDestinationRuntimeException(reason, code, e);
        } else if (e instanceof InvalidSelectorException) {
            return new InvalidSelectorRuntimeException(reason, code, e);
        } else if (e instanceof JMSSecurityException) {
            return new JMSSecurityRuntimeException(reason, code, e);
        } else if (e instanceof MessageFormatException) {
            return new MessageFormatRuntimeException(reason, code, e);
        } else if (e instanceof MessageNotWriteableException) {
            return new MessageNotWriteableRuntimeException(reason, code, e);
        } else if (e instanceof ResourceAllocationException) {
            return new ResourceAllocationRuntimeException(reason, code, e);
        } else if (e instanceof TransactionInProgressException) {
            return new TransactionInProgressRuntimeException(reason, code, e);
        } else if (e instanceof TransactionRolledBackException) {
            return new TransactionRolledBackRuntimeException(reason, code, e);
        }
        return new JMSRuntimeException(reason, code, e);
    }

    /** The error that a server of a newer version may name by a number unknown here. */
    public static ErrorCode codeOf(int number) {
        @Nullable ErrorCode code = ErrorCode.find(number);
        return code == null ? ErrorCode.INTERNAL_ERROR : code;
    }
}
