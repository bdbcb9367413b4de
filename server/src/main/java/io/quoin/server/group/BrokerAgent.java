// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.group;

import io.quoin.journal.DiskFullException;
import io.quoin.journal.Housekeeper;
import io.quoin.journal.Journal;
import io.quoin.journal.JournalException;
import io.quoin.journal.disk.Clock;
import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.codec.AckFrame;
import io.quoin.protocol.codec.Checksum;
import io.quoin.protocol.codec.CreditFrame;
import io.quoin.protocol.codec.FrameReader;
import io.quoin.protocol.codec.SendFrame;
import io.quoin.protocol.message.MessageView;
import io.quoin.server.core.Broker;
import io.quoin.server.core.SubscriptionInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of a group: broker, journal and connections in one duty cycle. What peers sent has been handled by the time of
 * {@link #doWork}; it makes that durable with one write and one sync, releases the answers that waited for it, delivers
 * what has become visible, and hands all of it to the links.
 *
 * <p>Thread: confined to the owner's: an event loop, a thread of its own, or a test. When a method throws, the owner's state
 * is not to be trusted any more and nothing may be confirmed: whoever runs it ends the process.
 */
public final class BrokerAgent implements Agent {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerAgent.class);

    private static final long NEVER = Long.MAX_VALUE;

    /** What is due is done for about this long in one cycle, and goes on in the next, so that reading goes on: 100 µs. */
    private static final long TICK_NS = TimeUnit.MICROSECONDS.toNanos(100);

    /** A step of dispatch, between two looks at the clock, takes about as long: 50 µs. */
    private static final long DISPATCH_STEP_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final int STEPS_MIN = 16;

    private static final int STEPS_MAX = 1_024;

    private static final int DISPATCH_BUDGET = 4_096;

    /** Dispatch goes on in the next cycle after this long, however slow it is, and others have their turn: 1 ms. */
    private static final long DISPATCH_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** The same when messages are only looked at, for a selector or an index: 150 µs. */
    private static final long LOOK_NS = TimeUnit.MICROSECONDS.toNanos(150);

    /** Records that nobody waits for ride with the next sync; if there is none, they wait no longer than this: 5 ms. */
    private static final long IDLE_FLUSH_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Without a commit for this long the log is sealed: 10 ms. */
    private static final long IDLE_SEAL_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Another try when the disk was full: 200 ms. */
    private static final long DISK_FULL_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(200);

    /** How long clients have to give back what they have not handed out when the server stops: 1 s. */
    private static final long STOP_GRACE_NS = TimeUnit.SECONDS.toNanos(1);

    /** Deliveries are flushed, and slow readers looked for, when about this much has been written: 1 MiB. */
    private static final int DISPATCH_BYTES = 1 << 20;

    /** With less log than this since the last snapshot, a clean stop takes none: 4 MiB are read in a moment. */
    private static final long LAST_SNAPSHOT_BYTES = 4 << 20;

    private static final long LAST_SNAPSHOT_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long TELL_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long HEARTBEAT_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** The core's deadlines are on the wall clock, which may be set back: it is looked at again at least once an hour. */
    private static final long MAX_SLEEP_MS = TimeUnit.HOURS.toMillis(1);

    private static final int MIN_SESSION_TIMEOUT_MS = 100;

    private final Clock clock;
    private final Journal journal;
    private final Broker broker;
    private final StoredMessages store;
    private final AgentOptions options;
    private final Administration administration;
    private final SnapshotJob snapshotJob = new SnapshotJob();
    private final Snapshots snapshots;
    private final Cleaner cleaner;
    private final Counters counters = new Counters();
    private final Parked parked = new Parked();
    private final OutFrames frames = new OutFrames();
    private final FrameReader frameReader = new FrameReader();
    private final SendFrame sendFrame = new SendFrame();
    private final AckFrame ackFrame = new AckFrame();
    private final CreditFrame creditFrame = new CreditFrame();
    private final MessageView messageView = new MessageView();
    private final Checksum checksum = new Checksum();
    private final Set<ServerConnection> connections = new LinkedHashSet<>();
    private final List<ConnectionOutlet> dirty = new ArrayList<>();
    /** Peers that were slow and read again. */
    private final List<ServerConnection> writable = new ArrayList<>();

    private final Logins logins = new Logins();

    private long nowNs;
    private long durable;
    /** Since when there are records that were not flushed. */
    private long pendingSinceNs = NEVER;

    private long lastCommitNs;
    private boolean sealed = true;
    private long retryFlushNs;
    private boolean diskFull;
    private long heartbeatCheckNs;
    private final Pace tickPace = new Pace(TICK_NS, STEPS_MIN, STEPS_MAX);
    private final Pace dispatchPace = new Pace(DISPATCH_STEP_NS, STEPS_MIN, STEPS_MAX);

    /** Whether something was written that is not to wait for dispatch. */
    private boolean flushesFirst;

    private boolean stopping;
    private long stopGraceEndsNs;
    private long lastToldNs;
    private boolean stopped;
    private @Nullable HelperThread readerThread;
    private @Nullable HelperThread snapshotThread;

    BrokerAgent(
            Clock clock,
            Journal journal,
            Broker broker,
            StoredMessages store,
            Administration administration,
            AgentOptions options,
            long snapshotPosition) {
        this.clock = clock;
        this.journal = journal;
        this.broker = broker;
        this.store = store;
        this.administration = administration;
        this.options = options;
        this.nowNs = clock.nanoTime();
        this.lastCommitNs = nowNs;
        this.lastToldNs = nowNs - TELL_INTERVAL_NS;
        this.durable = journal.durable();
        this.snapshots = new Snapshots(journal, broker, snapshotJob, options.snapshotEveryBytes(), snapshotPosition);
        this.cleaner = new Cleaner(journal, broker, nowNs);
    }

    /**
     * Gives what may wait for the disk threads of its own: reading old messages, writing snapshots, and preparing and
     * recycling segments. Without this call, as in a simulation, the owner's thread does the first two in its cycle, and
     * {@link #housekeeper} is the caller's. On the owner's thread: what a helper does nobody else may do from then on.
     *
     * @param wakeOwner lets the owner work soon; called on any thread
     */
    public void startHelpers(Runnable wakeOwner) {
        readerThread = new HelperThread("quoin-reader", store.reader()::doWork, wakeOwner);
        readerThread.start();
        snapshotThread = new HelperThread("quoin-snapshot", snapshotJob::doWork, wakeOwner);
        snapshotThread.start();
        journal.housekeeper()
                .start(e -> LOG.warn("The journal's housekeeping failed and is tried again: {}", e.toString()));
    }

    /** Prepares and recycles segments, step by step, where no thread does. */
    public Housekeeper housekeeper() {
        return journal.housekeeper();
    }

    /** Makes the owner's end of a new connection. */
    public LinkHandler accept(Link link) {
        ServerConnection connection = new ServerConnection(this, link);
        connections.add(connection);
        return connection;
    }

    @Override
    public int doWork() {
        if (stopped) {
            return 0;
        }
        beginStep();
        goOnWithReaders();
        logins.decide(nowNs);
        broker.refuseProducers(diskFull || journal.producersRefused());
        int work = takeWhatWasRead();
        work += tick();
        tellExpiredSubscriptions();
        work += commit();
        if (flushesFirst) {
            flushLinks();
        }
        work += dispatch();
        work += letRead();
        work += takeSnapshot();
        work += diskFull ? 0 : cleaner.doWork(nowNs);
        checkHeartbeats();
        flushLinks();
        noteWhatIsPending();
        return work;
    }

    @Override
    public long nextWorkNs() {
        if (stopped) {
            return NEVER;
        }
        long next = heartbeatCheckNs;
        if (diskFull) {
            next = earlier(next, retryFlushNs);
        } else if (pendingSinceNs != NEVER) {
            next = earlier(next, pendingSinceNs + IDLE_FLUSH_NS);
        } else if (!sealed) {
            next = earlier(next, lastCommitNs + IDLE_SEAL_NS);
        }
        next = earlier(next, cleaner.nextWorkNs());
        next = earlier(next, logins.nextNs(next));
        long coreMs = broker.nextDeadlineMs();
        if (coreMs != NEVER) {
            long inMs = Math.max(0, coreMs - clock.wallMs());
            next = earlier(next, nowNs + TimeUnit.MILLISECONDS.toNanos(Math.min(inMs, MAX_SLEEP_MS)));
        }
        return next;
    }

    /** What the server counts. */
    public Counters counters() {
        return counters;
    }

    /** The core, for those who look at it on the owner's thread. */
    public Broker broker() {
        return broker;
    }

    /** Whether clients are served: not stopping, and the journal takes records. */
    public boolean isServing() {
        return !stopping && !journal.isFailed() && !diskFull;
    }

    /** Whether the disk was full at the last try to write. */
    public boolean isDiskFull() {
        return diskFull;
    }

    public boolean isStopping() {
        return stopping;
    }

    /** Open connections, and those that are being set up. */
    public int connectionCount() {
        return connections.size();
    }

    /**
     * Begins a clean stop: nothing more is delivered, and clients are asked for what their applications have not seen. Go on
     * working until {@link #isReadyToStop}, then {@link #finishStop}.
     */
    public void beginStop() {
        stopping = true;
        beginStep();
        stopGraceEndsNs = nowNs + STOP_GRACE_NS;
        broker.stopping();
    }

    /** Whether clients have given everything back, or have had their time to. */
    public boolean isReadyToStop() {
        return broker.isQuiet() || clock.nanoTime() - stopGraceEndsNs >= 0;
    }

    /**
     * Ends a clean stop: clients are told, what they have sent is made durable and answered, links are closed, and the
     * journal notes that the stop was clean.
     *
     * @throws JournalException if that could not be written; what was confirmed is safe
     */
    public void finishStop() throws JournalException {
        beginStep();
        broker.stopped();
        flush();
        doWork();
        for (ServerConnection connection : List.copyOf(connections)) {
            connection.goAway(ErrorCode.SERVER_STOPPING, "The server is stopping.");
            connection.close();
        }
        stopped = true;
        takeLastSnapshot();
        end(readerThread);
        end(snapshotThread);
        store.close();
        journal.close();
    }

    private static void end(@Nullable HelperThread helper) {
        if (helper != null) {
            helper.end();
        }
    }

    /** Releases the data folder of a server that could not be started: it has promised nothing. Nothing after {@link #finishStop}. */
    public void abandon() throws JournalException {
        if (!stopped) {
            finishStop();
        }
    }

    private void tellExpiredSubscriptions() {
        for (SubscriptionInfo s = broker.pollExpiredSubscription(); s != null; s = broker.pollExpiredSubscription()) {
            LOG.info(
                    "The durable subscription {} of topic {}, client id {}, had no consumer since {} and is removed with its {} messages, as its option subscriptionExpiry says",
                    s.name(),
                    s.topic(),
                    s.clientId(),
                    Instant.ofEpochMilli(s.idleSinceMs()),
                    s.stats().depth());
        }
    }

    /** Brings the core's clock up to date before something is done to it; returns the monotonic time. */
    long beginStep() {
        beginStepTime();
        return nowNs;
    }

    private void beginStepTime() {
        nowNs = clock.nanoTime();
        broker.now(clock.wallMs(), nowNs);
    }

    private int tick() {
        int work = broker.tick(tickPace.steps());
        if (work > 0) {
            tickPace.took(work, clock.nanoTime() - nowNs);
        }
        return work;
    }

    /**
     * Delivers in steps of at most about a number of bytes, so that a slow reader is noticed before much waits for it. Connections
     * come first, soon, when messages are only looked at; but not after one step, so that each queue has its turn in this cycle.
     */
    private int dispatch() {
        int work = 0;
        long beganNs = clock.nanoTime();
        long stepNs = beganNs;
        int bySize = STEPS_MAX;
        while (work < DISPATCH_BUDGET && stepNs - beganNs < DISPATCH_NS) {
            long messages = counters.deliveredMessages();
            long bytes = counters.deliveredBytes();
            int done = broker.dispatch(Math.min(bySize, dispatchPace.steps()));
            if (done == 0) {
                break;
            }
            work += done;
            messages = counters.deliveredMessages() - messages;
            bytes = counters.deliveredBytes() - bytes;
            long endNs = clock.nanoTime();
            dispatchPace.took(done, endNs - stepNs);
            stepNs = endNs;
            if (messages > 0) {
                bySize = (int) Math.max(1, Math.min(STEPS_MAX, DISPATCH_BYTES * messages / Math.max(1, bytes)));
            } else if (endNs - beganNs >= LOOK_NS) {
                break;
            }
            if (bytes >= DISPATCH_BYTES / 2) {
                flushLinks();
                stepNs = clock.nanoTime();
            }
        }
        return work;
    }

    /** Peers that read again get their deliveries again. */
    private void goOnWithReaders() {
        for (int i = 0; i < writable.size(); i++) {
            writable.get(i).goOn();
        }
        writable.clear();
    }

    private void flushLinks() {
        flushesFirst = false;
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flush();
        }
        dirty.clear();
    }

    private int takeWhatWasRead() {
        if (store.isWaiting() && store.arrived()) {
            for (long position = store.nextDamaged(); position != 0; position = store.nextDamaged()) {
                removeDamaged(position);
            }
            broker.bodiesArrived();
            return 1;
        }
        return 0;
    }

    /** One message cannot be read: it is missed, by name, and everything else goes on. */
    private void removeDamaged(long position) {
        counters.damaged();
        LOG.error(
                "{}: the message at position {} of the log is damaged on the disk and was removed from {}. What is left of it"
                        + " is in the folder quarantine; check the disk.",
                ErrorCode.MESSAGE_DAMAGED.code(),
                position,
                broker.damaged(position));
    }

    /** Old messages that the core has asked for are read by the helper, or here if there is none. */
    private int letRead() {
        if (!store.isWaiting()) {
            return 0;
        }
        if (readerThread != null) {
            readerThread.wake();
            return 0;
        }
        return store.reader().doWork();
    }

    private int takeSnapshot() {
        int work = snapshots.doWork();
        if (snapshotThread == null) {
            return work + snapshotJob.doWork();
        }
        if (work > 0) {
            snapshotThread.wake();
        }
        return work;
    }

    /** A last snapshot, so that the next start has little to read; given up if it takes too long. */
    private void takeLastSnapshot() {
        if (!snapshots.isRunning() && snapshots.sinceLastBytes() >= LAST_SNAPSHOT_BYTES && broker.canBeginSnapshot()) {
            snapshots.begin();
        }
        long endNs = clock.nanoTime() + LAST_SNAPSHOT_NS;
        while (snapshots.isRunning() && clock.nanoTime() - endNs < 0) {
            if (journal.hasPending()) {
                flush(); // a snapshot counts when the log is durable up to it
            } else if (takeSnapshot() == 0) {
                Thread.onSpinWait();
            }
        }
        snapshots.abort();
    }

    /** Writes and syncs what somebody waits for, or has waited long enough, and releases what that sets free. */
    private int commit() {
        if (journal.hasPending() || diskFull) {
            if (pendingSinceNs == NEVER) {
                pendingSinceNs = nowNs;
            }
            if (isFlushDue()) {
                flush();
            }
        } else if (!sealed && nowNs - lastCommitNs >= IDLE_SEAL_NS && journal.seal()) {
            flush();
            sealed = true;
        }
        broker.durable(durable);
        return parked.release(durable);
    }

    private boolean isFlushDue() {
        if (diskFull) {
            return nowNs - retryFlushNs >= 0;
        }
        return !parked.isEmpty() || broker.hasUnforcedWork() || nowNs - pendingSinceNs >= IDLE_FLUSH_NS;
    }

    private void flush() {
        long beganNs = clock.nanoTime();
        try {
            do {
                durable = journal.flush(); // after a full disk, first what could not be written then
            } while (journal.hasPending());
        } catch (DiskFullException e) {
            if (!diskFull) {
                LOG.error("{}", e.getMessage());
            }
            diskFull = true;
            retryFlushNs = nowNs + DISK_FULL_RETRY_NS;
            broker.refuseProducers(true);
            return;
        } catch (JournalException e) {
            throw new StorageFailedException(e);
        }
        if (diskFull) {
            diskFull = false;
            LOG.info("The disk has space again: the journal goes on");
        }
        long endedNs = clock.nanoTime();
        counters.synced(endedNs - beganNs);
        pendingSinceNs = NEVER;
        sealed = false;
        lastCommitNs = endedNs;
    }

    /** Dispatch writes records too (hand-out marks, dead letters): the next cycle flushes them in time. */
    private void noteWhatIsPending() {
        if (pendingSinceNs == NEVER && journal.hasPending()) {
            pendingSinceNs = nowNs;
        }
    }

    private void checkHeartbeats() {
        if (nowNs - heartbeatCheckNs < 0) {
            return;
        }
        heartbeatCheckNs = nowNs + HEARTBEAT_CHECK_NS;
        for (ServerConnection connection : List.copyOf(connections)) {
            connection.checkHeartbeats(nowNs);
        }
    }

    private static long earlier(long a, long b) {
        return a - b <= 0 ? a : b;
    }

    // What connections and their outlets share.

    void closed(ServerConnection connection) {
        connections.remove(connection);
    }

    void writable(ServerConnection connection) {
        writable.add(connection);
    }

    /** An application waits for what was written, though it has messages: it goes out before others get theirs. */
    void flushBeforeDispatch() {
        flushesFirst = true;
    }

    void dirty(ConnectionOutlet outlet) {
        dirty.add(outlet);
    }

    Parked parked() {
        return parked;
    }

    OutFrames frames() {
        return frames;
    }

    StoredMessages store() {
        return store;
    }

    Administration administration() {
        return administration;
    }

    long nowNs() {
        return nowNs;
    }

    long durable() {
        return durable;
    }

    FrameReader frameReader() {
        return frameReader;
    }

    SendFrame sendFrame() {
        return sendFrame;
    }

    AckFrame ackFrame() {
        return ackFrame;
    }

    CreditFrame creditFrame() {
        return creditFrame;
    }

    MessageView messageView() {
        return messageView;
    }

    Checksum checksum() {
        return checksum;
    }

    /** Whether something that a peer can bring about may be told to people: not more often than they can read. */
    boolean mayTell() {
        if (nowNs - lastToldNs < TELL_INTERVAL_NS) {
            return false;
        }
        lastToldNs = nowNs;
        return true;
    }

    /** What the client asks for, within what the server allows. */
    int sessionTimeoutMs(long wanted) {
        return (int) Math.max(MIN_SESSION_TIMEOUT_MS, Math.min(wanted, options.sessionTimeoutMs()));
    }

    Logins logins() {
        return logins;
    }

    RandomGenerator random() {
        return options.random();
    }

    UUID clusterId() {
        return options.clusterId();
    }

    String version() {
        return options.version();
    }
}
