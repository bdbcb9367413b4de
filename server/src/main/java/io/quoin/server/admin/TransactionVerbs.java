// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.admin;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.ProtocolException;
import io.quoin.protocol.codec.NamedValue;
import io.quoin.server.core.Broker;
import io.quoin.server.core.TransactionInfo;
import io.quoin.server.model.Refusal;
import java.util.List;

/**
 * The verbs about distributed transactions that their transaction managers have left in doubt.
 *
 * <p>Thread: the owner's.
 */
final class TransactionVerbs {

    private final Broker broker;

    TransactionVerbs(Broker broker) {
        this.broker = broker;
    }

    void list(List<NamedValue> arguments, JsonWriter json) {
        json.name("transactions").beginArray();
        for (TransactionInfo transaction : broker.branches()) {
            json.beginObject();
            write(transaction, json);
            json.endObject();
        }
        json.endArray();
    }

    void commit(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        decide(arguments, true, json);
    }

    void rollback(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        decide(arguments, false, json);
    }

    void forget(List<NamedValue> arguments, JsonWriter json) throws ProtocolException {
        try {
            write(broker.forgetTransaction(number(arguments)), json);
        } catch (Refusal e) {
            throw new ProtocolException(e.code(), e.text());
        }
    }

    private void decide(List<NamedValue> arguments, boolean commit, JsonWriter json) throws ProtocolException {
        try {
            write(broker.decideTransaction(number(arguments), commit), json);
        } catch (Refusal e) {
            throw new ProtocolException(e.code(), e.text());
        }
    }

    private static long number(List<NamedValue> arguments) throws ProtocolException {
        String text = AdminVerbs.argument(arguments, "id");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ProtocolException(ErrorCode.USAGE, "The id of a transaction is a number, not '" + text + "'.", e);
        }
    }

    private static void write(TransactionInfo transaction, JsonWriter json) {
        json.field("id", transaction.number()).field("state", transaction.state());
        json.field("formatId", transaction.formatId());
        json.field("globalId", transaction.globalId()).field("branchId", transaction.branchId());
        json.field("ageMs", transaction.ageMs()).field("sessions", transaction.sessions());
        json.field("sends", transaction.sends()).field("sendBytes", transaction.sendBytes());
        json.field("acknowledgements", transaction.acknowledgements());
        json.name("holds").beginArray();
        for (TransactionInfo.Held held : transaction.holds()) {
            json.beginObject().field("destination", held.destination());
            json.field("sends", held.sends()).field("acknowledgements", held.acknowledgements());
            json.endObject();
        }
        json.endArray();
    }
}
