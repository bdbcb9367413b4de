// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.core;

import io.quoin.server.core.queue.IndexStore;

/**
 * The parts of a broker, put together: each is made once, and given those that it needs.
 *
 * <p>Thread: confined to the owner of the group.
 */
final class BrokerParts {

    final Now now = new Now();
    final IndexStore indexStore = new IndexStore();
    final Sources sources = new Sources();
    final ReadySources ready = new ReadySources();
    final Timers timers = new Timers();
    final Recalls recalls = new Recalls(now, ready);
    final AwaitedTemporaries awaited = new AwaitedTemporaries(now);
    final ProducerTable producers = new ProducerTable();
    final DedupIds dedupIds = new DedupIds(now, indexStore);
    final ConsumingTable consumingTable = new ConsumingTable(sources);
    final UserTable userTable = new UserTable();
    final Visibility visibility = new Visibility(ready);
    final HandOut handOut = new HandOut(ready);
    final Destinations destinations;
    final Subscriptions subscriptions;
    final Applier applier;
    final Recorder recorder;
    final AwaitedConsumers awaitedConsumers;
    final DestinationResolver resolver;
    final DeadLetters deadLetters;
    final Settlement settlement;
    final Permits permits;
    final Doubts doubts;
    final MessageIds messageIds;
    final DoubtAdministration doubtAdministration;
    final SendCredit sendCredit;
    final Sending sending;
    final Consuming consuming;
    final Reclaiming reclaiming;
    final Sessions sessions;
    final Connections connections;
    final Users users;
    final Transactions transactions;
    final LoggedTransactions loggedTransactions = new LoggedTransactions();
    final Branches branches;
    final TransactionLog transactionLog;
    final Completing completing;
    final Dispatching dispatching;
    final Ticker ticker;
    final Browsing browsing;
    final SubscriptionExpiry expiry;
    final Administration administration;
    final GroupAdministration groups;
    final TransactionAdministration transactionAdministration;
    final Catalogue catalogue;
    final MessageStore store;
    final DamagedMessages damagedMessages;
    final Replies replies;

    /** Parameters as in {@link Broker#Broker}. */
    BrokerParts(BrokerOptions options, RecordSink log, VolatileLog volatileLog, MessageStore store) {
        this.store = store;
        destinations = new Destinations(sources, store, indexStore);
        subscriptions = new Subscriptions(sources, destinations);
        applier = new Applier(
                sources,
                destinations,
                subscriptions,
                producers,
                consumingTable,
                userTable,
                visibility,
                ready,
                timers,
                handOut,
                loggedTransactions,
                dedupIds,
                store,
                indexStore);
        recorder = new Recorder(log, volatileLog, applier);
        awaitedConsumers =
                new AwaitedConsumers(now, options.restartGraceMs(), consumingTable, sources, ready, timers, recorder);
        RangeWriter ranges = new RangeWriter(recorder);
        resolver = new DestinationResolver(options, destinations, applier, recorder, awaited);
        deadLetters = new DeadLetters(store, recorder, resolver, new RangeWriter(recorder));
        damagedMessages = new DamagedMessages(sources, loggedTransactions, recorder);
        Redelivery redelivery = new Redelivery(now, recorder, deadLetters);
        permits = new Permits(now, recorder, new RangeWriter(recorder));
        messageIds = new MessageIds(store);
        doubts = new Doubts(
                now, sources, new RangeWriter(recorder), permits, redelivery, deadLetters, ready, messageIds);
        settlement = new Settlement(ranges, deadLetters, ready, timers, redelivery, permits, doubts);
        MessageReader reader = new MessageReader(store);
        sendCredit = new SendCredit(options, recorder);
        ProducerNumbers producerNumbers = new ProducerNumbers(producers, recorder);
        LargeTransactions large = options.largeTransactions();
        transactionLog = new TransactionLog(
                large, sources, destinations, loggedTransactions, recorder, producerNumbers, dedupIds);
        sending = new Sending(
                options,
                now,
                resolver,
                destinations,
                producerNumbers,
                transactionLog,
                dedupIds,
                recorder,
                sendCredit,
                handOut);
        completing = new Completing(
                large,
                loggedTransactions,
                sources,
                destinations,
                recorder,
                sending,
                settlement,
                visibility,
                handOut,
                dedupIds,
                ready);
        Exclusivity exclusivity = new Exclusivity(ready);
        expiry = new SubscriptionExpiry(now, subscriptions, recorder);
        consuming = new Consuming(
                resolver,
                subscriptions,
                recorder,
                settlement,
                ready,
                reader,
                handOut,
                recalls,
                exclusivity,
                expiry,
                awaitedConsumers);
        reclaiming = new Reclaiming(now, applier, doubts, awaitedConsumers);
        BranchRecorder branchRecorder = new BranchRecorder(
                now,
                sources,
                destinations,
                recorder,
                transactionLog,
                producerNumbers,
                sending,
                settlement,
                visibility,
                completing,
                dedupIds);
        branches = new Branches(
                options, now, sources, loggedTransactions, branchRecorder, settlement, transactionLog, completing);
        transactions = new Transactions(
                destinations,
                producers,
                producerNumbers,
                recorder,
                sending,
                settlement,
                visibility,
                transactionLog,
                completing);
        sessions = new Sessions(consuming, settlement, branches, permits, transactions);
        connections = new Connections(options, now, sessions, resolver, producers, recorder, awaitedConsumers);
        users = new Users(userTable, connections, recorder);
        dispatching = new Dispatching(
                now, ready, handOut, recorder, redelivery, exclusivity, permits, timers, awaitedConsumers);
        ticker = new Ticker(now, timers, ready, recorder, ranges, deadLetters);
        browsing = new Browsing(now, resolver, reader);
        catalogue = new Catalogue(
                applier,
                destinations,
                subscriptions,
                producers,
                userTable,
                loggedTransactions,
                dedupIds,
                consumingTable,
                indexStore);
        administration = new Administration(destinations, sources, recorder, awaitedConsumers);
        groups = new GroupAdministration(now, destinations, sources, recorder, deadLetters, reader);
        doubtAdministration = new DoubtAdministration(destinations, subscriptions, doubts);
        replies = new Replies(recorder);
        transactionAdministration =
                new TransactionAdministration(now, sources, destinations, loggedTransactions, branches);
    }
}
