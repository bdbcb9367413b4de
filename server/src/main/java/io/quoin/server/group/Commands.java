// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.Frame;
import io.quoin.server.core.Broker;
import io.quoin.server.core.ClientConnection;

/** From a frame that is not on the path of each message to the core's command. No state. */
final class Commands {

    private Commands() {}

    /** Does what the frame of session {@code session} says; the core answers through the connection's outlet. */
    static void run(Broker broker, ClientConnection c, int session, Frame frame) throws ProtocolException {
        switch (frame.type()) {
            case CLIENT_ID, DESTINATION, DELETE_TEMPORARY, UNSUBSCRIBE, TX_OUTCOME -> ofConnection(broker, c, frame);
            case SESSION_OPEN, SESSION_CLOSE, RECOVER, RESUME, COMMIT, ROLLBACK -> ofSession(broker, c, session, frame);
            case CONSUMER_OPEN, CONSUMER_CLOSE, RECLAIM, DRAIN, RETURN, HANDING ->
                ofConsumer(broker, c, session, frame);
            case XA_START -> broker.startBranch(c, session, (Frame.XaStart) frame);
            case XA_END -> broker.endBranch(c, session, (Frame.XaEnd) frame);
            case XA_PREPARE, XA_COMMIT, XA_ROLLBACK, XA_FORGET, XA_RECOVER -> ofBranch(broker, c, frame);
            case BROWSE_OPEN -> broker.openBrowser(c, session, (Frame.BrowseOpen) frame);
            case BROWSE_NEXT -> broker.browseNext(c, session, (Frame.BrowseNext) frame);
            case BROWSE_CLOSE -> broker.closeBrowser(c, session, ((Frame.BrowseClose) frame).browser());
            default -> throw new ProtocolException(ErrorCode.ILLEGAL_FRAME, frame.type() + " is not served");
        }
    }

    private static void ofConnection(Broker broker, ClientConnection c, Frame frame) {
        if (frame instanceof Frame.ClientId f) {
            broker.clientId(c, f.request(), f.clientId());
        } else if (frame instanceof Frame.Destination f) {
            broker.destination(c, f.alias(), f.kind(), f.name(), f.options());
        } else if (frame instanceof Frame.DeleteTemporary f) {
            broker.deleteTemporary(c, f.request(), f.alias());
        } else if (frame instanceof Frame.Unsubscribe f) {
            broker.unsubscribe(c, f.request(), f.name());
        } else if (frame instanceof Frame.TxOutcome f) {
            broker.transactionOutcome(c, f.request(), f.connectionId(), f.transaction());
        }
    }

    private static void ofSession(Broker broker, ClientConnection c, int session, Frame frame) {
        if (frame instanceof Frame.SessionOpen f) {
            broker.openSession(c, session, f.acknowledgeMode());
        } else if (frame instanceof Frame.SessionClose f) {
            broker.closeSession(c, session, f.request(), f.handed());
        } else if (frame instanceof Frame.Recover f) {
            broker.recover(c, session, f.request(), f.handed());
        } else if (frame instanceof Frame.Resume f) {
            broker.resume(c, session, f.request(), f.consumers());
        } else if (frame instanceof Frame.Commit f) {
            broker.commit(c, session, f.request(), f.transaction(), f.handed());
        } else if (frame instanceof Frame.Rollback f) {
            broker.rollback(c, session, f.request(), f.transaction(), f.handed());
        }
    }

    private static void ofBranch(Broker broker, ClientConnection c, Frame frame) {
        if (frame instanceof Frame.XaPrepare f) {
            broker.prepareBranch(c, f.request(), f.xid());
        } else if (frame instanceof Frame.XaCommit f) {
            broker.commitBranch(c, f.request(), f.xid(), f.onePhase());
        } else if (frame instanceof Frame.XaRollback f) {
            broker.rollbackBranch(c, f.request(), f.xid());
        } else if (frame instanceof Frame.XaForget f) {
            broker.forgetBranch(c, f.request(), f.xid());
        } else if (frame instanceof Frame.XaRecover f) {
            broker.recoverBranches(c, f.request(), f.after());
        }
    }

    private static void ofConsumer(Broker broker, ClientConnection c, int session, Frame frame) {
        if (frame instanceof Frame.ConsumerOpen f) {
            broker.openConsumer(c, session, f);
        } else if (frame instanceof Frame.ConsumerClose f) {
            broker.closeConsumer(c, session, f.request(), f.consumer(), f.handedOut());
        } else if (frame instanceof Frame.Reclaim f) {
            broker.reclaim(c, session, f);
        } else if (frame instanceof Frame.Drain f) {
            broker.drain(c, session, f.request(), f.consumer());
        } else if (frame instanceof Frame.Return f) {
            broker.returned(c, session, f.consumer(), f.handedOut(), f.first(), f.last());
        } else if (frame instanceof Frame.Handing f) {
            broker.handing(c, session, f.consumer(), f.tag());
        }
    }
}
