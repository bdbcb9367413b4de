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
            case CLIENT_ID, DESTINATION, DELETE_TEMPORARY, UNSUBSCRIBE, RESTORED, TX_OUTCOME ->
                ofConnection(broker, c, frame);
            case SESSION_OPEN, SESSION_CLOSE, RECOVER, RESUME, COMMIT, ROLLBACK -> ofSession(broker, c, session, frame);
            case CONSUMER_OPEN, CONSUMER_CLOSE, RECLAIM, DRAIN, RETURN, HANDING, PERMIT_WANTED, SLOTS_WANTED, RESOLVE ->
                ofConsumer(broker, c, session, frame);
            case XA_START -> broker.transactions().startBranch(c, session, (Frame.XaStart) frame);
            case XA_END -> broker.transactions().endBranch(c, session, (Frame.XaEnd) frame);
            case XA_PREPARE, XA_COMMIT, XA_ROLLBACK, XA_FORGET, XA_RECOVER -> ofBranch(broker, c, frame);
            case BROWSE_OPEN -> broker.messages().openBrowser(c, session, (Frame.BrowseOpen) frame);
            case BROWSE_NEXT -> broker.messages().browseNext(c, session, (Frame.BrowseNext) frame);
            case BROWSE_CLOSE -> broker.messages().closeBrowser(c, session, ((Frame.BrowseClose) frame).browser());
            default -> throw new ProtocolException(ErrorCode.ILLEGAL_FRAME, frame.type() + " is not served");
        }
    }

    private static void ofConnection(Broker broker, ClientConnection c, Frame frame) {
        if (frame instanceof Frame.ClientId f) {
            broker.connections().clientId(c, f.request(), f.clientId());
        } else if (frame instanceof Frame.Destination f) {
            broker.connections().destination(c, f.alias(), f.kind(), f.name(), f.options());
        } else if (frame instanceof Frame.DeleteTemporary f) {
            broker.connections().deleteTemporary(c, f.request(), f.alias());
        } else if (frame instanceof Frame.Unsubscribe f) {
            broker.connections().unsubscribe(c, f.request(), f.name());
        } else if (frame instanceof Frame.Restored) {
            broker.connections().restored(c);
        } else if (frame instanceof Frame.TxOutcome f) {
            broker.transactions().transactionOutcome(c, f.request(), f.connectionId(), f.transaction());
        }
    }

    private static void ofSession(Broker broker, ClientConnection c, int session, Frame frame) {
        if (frame instanceof Frame.SessionOpen f) {
            broker.connections().openSession(c, session, f.acknowledgeMode());
        } else if (frame instanceof Frame.SessionClose f) {
            broker.connections().closeSession(c, session, f.request(), f.handed());
        } else if (frame instanceof Frame.Recover f) {
            broker.connections().recover(c, session, f.request(), f.handed());
        } else if (frame instanceof Frame.Resume f) {
            broker.connections().resume(c, session, f.request(), f.hasMore(), f.consumers());
        } else if (frame instanceof Frame.Commit f) {
            broker.transactions().commit(c, session, f.request(), f.transaction(), f.handed());
        } else if (frame instanceof Frame.Rollback f) {
            broker.transactions().rollback(c, session, f.request(), f.transaction(), f.handed());
        }
    }

    private static void ofBranch(Broker broker, ClientConnection c, Frame frame) {
        if (frame instanceof Frame.XaPrepare f) {
            broker.transactions().prepareBranch(c, f.request(), f.xid());
        } else if (frame instanceof Frame.XaCommit f) {
            broker.transactions().commitBranch(c, f);
        } else if (frame instanceof Frame.XaRollback f) {
            broker.transactions().rollbackBranch(c, f.request(), f.xid());
        } else if (frame instanceof Frame.XaForget f) {
            broker.transactions().forgetBranch(c, f.request(), f.xid());
        } else if (frame instanceof Frame.XaRecover f) {
            broker.transactions().recoverBranches(c, f.request(), f.after());
        }
    }

    private static void ofConsumer(Broker broker, ClientConnection c, int session, Frame frame) {
        if (frame instanceof Frame.ConsumerOpen f) {
            broker.messages().openConsumer(c, session, f);
        } else if (frame instanceof Frame.ConsumerClose f) {
            broker.messages().closeConsumer(c, session, f.request(), f.consumer(), f.handedOut());
        } else if (frame instanceof Frame.Reclaim f) {
            broker.messages().reclaim(c, session, f);
        } else if (frame instanceof Frame.Drain f) {
            broker.messages().drain(c, session, f.request(), f.consumer());
        } else if (frame instanceof Frame.Return f) {
            broker.messages().returned(c, session, f.consumer(), f.handedOut(), f.first(), f.last());
        } else if (frame instanceof Frame.Handing f) {
            broker.messages().handing(c, f.consumer(), f.hand(), f.tags());
        } else if (frame instanceof Frame.PermitWanted f) {
            broker.messages().permitWanted(c, f.consumer(), f.handedOut());
        } else if (frame instanceof Frame.SlotsWanted f) {
            broker.messages().slotsWanted(c, f.consumer());
        } else if (frame instanceof Frame.Resolve f) {
            broker.messages().resolve(c, session, f);
        }
    }
}
