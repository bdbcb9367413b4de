// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every error that Quoin tells to a user or a peer. A number is given once and never used for anything else;
 * {@code docs/errors.md} lists them all. The exception or the ERROR frame adds a sentence that names what it is about.
 */
public enum ErrorCode {
    // Connection and protocol
    CONNECTION_REFUSED(
            1001,
            ErrorKind.GENERAL,
            "The server cannot be reached",
            "Check that it is running (quoin run) and that host and port are right."),
    HANDSHAKE_TIMEOUT(
            1002,
            ErrorKind.GENERAL,
            "The connection was not set up in time",
            "Check that the port is Quoin's messaging port, and the load of server and network."),
    VERSION_MISMATCH(
            1003,
            ErrorKind.GENERAL,
            "Client and server have no protocol version in common",
            "Upgrade the older of the two."),
    FRAME_TOO_LARGE(
            1004,
            ErrorKind.GENERAL,
            "A frame is longer than the connection allows",
            "Check what connects to this port; between Quoin's own programs this is a bug to report."),
    BAD_FRAME(
            1005,
            ErrorKind.GENERAL,
            "A frame breaks the protocol",
            "Check what connects to this port; between Quoin's own programs this is a bug to report."),
    BAD_CHECKSUM(
            1006,
            ErrorKind.GENERAL,
            "The checksum of a frame or message does not fit its bytes",
            "Nothing wrong was accepted. If it happens again, check memory and network equipment."),
    CONNECTION_LOST(
            1007, ErrorKind.GENERAL, "The connection was lost", "Connect again; see the server's log for the reason."),
    NOT_AUTHENTICATED(
            1008,
            ErrorKind.SECURITY,
            "User name or password is wrong, or none was given",
            "Give both to createConnection, in the connection factory, or to the command (--user, QUOIN_PASSWORD)."),
    PERMISSION_DENIED(1009, ErrorKind.SECURITY, "The user may not do this", "The text says who may."),
    CONNECT_TIMEOUT(
            1010,
            ErrorKind.GENERAL,
            "No server answered within the connect time-out",
            "Check host, port and firewall, or raise connectTimeout."),
    REQUEST_TIMEOUT(
            1011,
            ErrorKind.GENERAL,
            "The server did not answer in time",
            "Check the server's health and load, or raise requestTimeout."),
    SERVER_STOPPING(
            1012,
            ErrorKind.GENERAL,
            "The server is stopping",
            "Connect again when it has been restarted, or name several servers in the URI."),
    NOT_QUOIN(
            1013,
            ErrorKind.GENERAL,
            "The other side does not speak Quoin's protocol",
            "Check the port: 5544 is messaging, 5545 messaging over TLS, 5580 administration."),
    TLS_FAILED(
            1014,
            ErrorKind.SECURITY,
            "No TLS connection could be set up",
            "Check certificates and trust store, and that the port expects TLS (quoins://)."),
    HOST_UNKNOWN(1015, ErrorKind.GENERAL, "The host name has no address", "Check the host name in the URI."),
    PEER_SILENT(
            1016,
            ErrorKind.GENERAL,
            "The other side was silent for longer than the session time-out",
            "Check network and load; sessionTimeout sets the limit."),
    CONNECTION_CLOSED(1017, ErrorKind.ILLEGAL_STATE, "The connection is closed", "Create a new connection."),
    TOO_MANY_CONNECTIONS(
            1018,
            ErrorKind.RESOURCE,
            "The server has as many connections as it allows",
            "Close connections that are not needed, or raise the server's limit."),
    ILLEGAL_FRAME(
            1019,
            ErrorKind.GENERAL,
            "A frame came that is not legal in the state of the connection",
            "Between Quoin's own programs this is a bug to report."),
    CONNECTION_REPLACED(
            1020,
            ErrorKind.GENERAL,
            "Another connection has taken this one's place",
            "Check that no second client uses the same client id."),
    VM_SERVER_UNKNOWN(
            1021,
            ErrorKind.GENERAL,
            "There is no server of that name in this JVM",
            "Start it before the client connects, or use a quoin:// URI."),
    INTERRUPTED(
            1022,
            ErrorKind.GENERAL,
            "The thread that waited was interrupted",
            "Nothing is lost: clear the interrupt and call again."),
    SERVER_NOT_TRUSTED(
            1030,
            ErrorKind.SECURITY,
            "The server has not shown that it knows the password",
            "Perhaps it is not the one that was meant: check the address, and use TLS (quoins://)."),
    LOGINS_SLOWED(
            1031,
            ErrorKind.RESOURCE,
            "Too many log-ins from this address have failed",
            "Stop what tries a wrong password, and connect again in a minute."),
    USER_CHANGED(
            1032,
            ErrorKind.SECURITY,
            "The user was removed, or its password was changed",
            "Connect again as a user that exists, with the new password."),
    USER_UNKNOWN(1033, ErrorKind.GENERAL, "There is no such user", "See quoin user ls."),
    USER_EXISTS(
            1034,
            ErrorKind.GENERAL,
            "There is a user of that name",
            "Choose another name, or change the password with quoin user passwd."),
    USER_NOT_ALLOWED(
            1035,
            ErrorKind.GENERAL,
            "A user's name or password is not allowed",
            "Names have 1 to 255 characters; neither may be empty or have control characters."),
    USER_NEEDED(
            1036,
            ErrorKind.GENERAL,
            "The server cannot do without this user",
            "Remove the other users first; outside loopback one user has to stay."),

    // Destinations, subscriptions, consumers and names
    CLIENT_ID_IN_USE(
            2001,
            ErrorKind.INVALID_CLIENT_ID,
            "The client id is in use by another connection",
            "Close the other connection, or choose another client id."),
    UNKNOWN_DESTINATION(
            2002,
            ErrorKind.INVALID_DESTINATION,
            "The destination does not exist",
            "Check its name, or let the server create what is used (destinations.auto-create)."),
    DESTINATION_KIND_MISMATCH(
            2003,
            ErrorKind.INVALID_DESTINATION,
            "A destination of that name exists with another kind",
            "Use it as what it is, or choose another name."),
    OPTION_CONFLICT(
            2004,
            ErrorKind.INVALID_DESTINATION,
            "The destination exists with another value of an option",
            "Use the value that it has, or leave the option out."),
    INVALID_NAME(
            2005,
            ErrorKind.INVALID_DESTINATION,
            "The name is not allowed",
            "Names have 1 to 255 characters, no control characters and no '?'; $quoin. is reserved."),
    INVALID_SELECTOR(
            2006,
            ErrorKind.INVALID_SELECTOR,
            "The selector cannot be read",
            "Correct it at the place that the text names."),
    CONSUMER_UNKNOWN(
            2007,
            ErrorKind.ILLEGAL_STATE,
            "The session has no such consumer",
            "It was closed, or its session has ended: create it again."),
    SUBSCRIPTION_ACTIVE(
            2008, ErrorKind.ILLEGAL_STATE, "The subscription has an active consumer", "Close its consumers first."),
    SUBSCRIPTION_UNKNOWN(
            2009,
            ErrorKind.INVALID_DESTINATION,
            "There is no such subscription",
            "Check its name and the client id of the connection."),
    SUBSCRIPTION_MISMATCH(
            2010,
            ErrorKind.ILLEGAL_STATE,
            "The subscription exists with another topic, selector or noLocal",
            "Use the same, or close its consumers and unsubscribe first."),
    TEMPORARY_NOT_OWNED(
            2011,
            ErrorKind.INVALID_DESTINATION,
            "The temporary destination belongs to another connection",
            "Only the connection that created it may consume from it or delete it; others may send."),
    SESSION_UNKNOWN(
            2012,
            ErrorKind.ILLEGAL_STATE,
            "The connection has no such session",
            "Its time of grace is over or it was closed: what was not acknowledged is delivered again. Create a new session."),
    DESTINATION_IN_USE(2013, ErrorKind.ILLEGAL_STATE, "The destination has active consumers", "Close them first."),
    DESTINATION_DELETED(
            2014,
            ErrorKind.INVALID_DESTINATION,
            "The destination was deleted",
            "Create it again if it is still needed."),
    CLIENT_ID_MISSING(
            2015,
            ErrorKind.ILLEGAL_STATE,
            "An unshared durable subscription needs a client id",
            "Set a client id on the connection factory, or on the connection before it is used."),
    ALIAS_UNKNOWN(
            2016,
            ErrorKind.ILLEGAL_STATE,
            "The frame names a destination that the connection has not introduced",
            "Between Quoin's own programs this is a bug to report."),
    BROWSER_UNKNOWN(
            2017, ErrorKind.ILLEGAL_STATE, "The session has no such browser", "It was closed: create it again."),
    CONSUMER_TAKEN_OVER(
            2018,
            ErrorKind.ILLEGAL_STATE,
            "Another connection has taken over the subscription",
            "Check that no second client uses the same client id and subscription."),
    DELIVERY_UNKNOWN(
            2019,
            ErrorKind.ILLEGAL_STATE,
            "What was acknowledged is not this session's any more",
            "It has been or will be delivered again; the work done for it must not be kept."),
    CLIENT_ID_INVALID(
            2020,
            ErrorKind.INVALID_CLIENT_ID,
            "The client id is not allowed",
            "It may not be empty, and is set once, before the connection is used."),
    UNKNOWN_DESTINATION_OPTION(
            2021,
            ErrorKind.INVALID_DESTINATION,
            "There is no destination option of that name",
            "Use the name that the text suggests."),
    BAD_DESTINATION_OPTION(
            2022,
            ErrorKind.INVALID_DESTINATION,
            "The value of a destination option is not allowed",
            "Use a value that the text names."),
    OBJECT_CLOSED(
            2023, ErrorKind.ILLEGAL_STATE, "The session, producer, consumer or browser is closed", "Create a new one."),
    CALLED_FROM_CALLBACK(
            2024,
            ErrorKind.ILLEGAL_STATE,
            "A listener has called what waits for that listener to end",
            "Do it on another thread, or after the listener has returned."),
    LISTENER_SET(
            2025,
            ErrorKind.ILLEGAL_STATE,
            "Messages of the session go to a message listener",
            "Receive them there, or use another session to receive them one by one."),
    WRONG_DOMAIN(
            2026,
            ErrorKind.ILLEGAL_STATE,
            "The object belongs to the other messaging domain",
            "Use a Session, which has both queues and topics."),
    CLIENT_ID_LATE(
            2027,
            ErrorKind.ILLEGAL_STATE,
            "The connection has a client id, or has been used",
            "Set it once, right after the connection was created, or in the connection factory."),
    WILDCARD_DESTINATION(
            2028,
            ErrorKind.INVALID_DESTINATION,
            "A topic name with wildcards is for subscribers only",
            "Name the one topic that the message is for."),
    NOT_IN_DOUBT(
            2029,
            ErrorKind.ILLEGAL_STATE,
            "The message is not in doubt",
            "See what is: ./quoin doubt ls. It may have been decided already, or its consumer may be back."),
    GROUP_NOT_PARKED(
            2030,
            ErrorKind.GENERAL,
            "The message group is not parked",
            "See 'quoin group show' for the groups that are, and for what holds others."),

    // Transactions
    TRANSACTION_ROLLED_BACK(
            3001,
            ErrorKind.TRANSACTION_ROLLED_BACK,
            "The transaction was rolled back",
            "Nothing of it was kept: do it again."),
    TRANSACTION_UNKNOWN(3002, ErrorKind.ILLEGAL_STATE, "The session has no such transaction", "It has ended already."),
    TRANSACTION_TOO_LARGE(
            3003,
            ErrorKind.RESOURCE,
            "The transaction has more messages or bytes than the server allows",
            "Roll it back and commit more often, or raise transactions.max-messages or transactions.max-bytes of the server."),
    TRANSACTION_IN_PROGRESS(
            3004,
            ErrorKind.TRANSACTION_IN_PROGRESS,
            "The session takes part in a distributed transaction",
            "Leave commit and rollback to the transaction manager."),
    TRANSACTION_IN_DOUBT(
            3005,
            ErrorKind.GENERAL,
            "The outcome of a commit is not known",
            "The connection was lost while the server decided: look whether the work is there before doing it again."),
    XA_FAILED(
            3006,
            ErrorKind.GENERAL,
            "A step of a distributed transaction failed",
            "The transaction manager decides what follows."),
    NOT_TRANSACTED(
            3007, ErrorKind.ILLEGAL_STATE, "The session is not transacted", "Create it with SESSION_TRANSACTED."),
    SEND_IN_DOUBT(
            3008,
            ErrorKind.GENERAL,
            "Whether an earlier try to send the message was stored is not known",
            "Look whether the message is there before sending it again."),
    TRANSACTED(
            3009,
            ErrorKind.ILLEGAL_STATE,
            "The session is transacted",
            "Use commit and rollback, or create it with another mode."),
    INBOX_UNUSABLE(
            3010,
            ErrorKind.ILLEGAL_STATE,
            "The inbox cannot recognise the message when it comes again",
            "Leave message ids on (setDisableMessageID), and switch automatic commit of the database connection off."),

    // Limits, resources and messages
    QUEUE_FULL(
            4001, ErrorKind.RESOURCE, "The destination has reached its limit", "Consume from it, or raise its limit."),
    DISK_FULL(
            4002,
            ErrorKind.RESOURCE,
            "The server has too little disk space to accept messages",
            "Free space or consume; consuming still works."),
    MESSAGE_TOO_LARGE(
            4003,
            ErrorKind.RESOURCE,
            "The message is larger than the server accepts",
            "Send less at once, or raise the server's limit."),
    SEND_TIMEOUT(
            4004,
            ErrorKind.RESOURCE,
            "The message could not be sent in time",
            "Check the server if the text says that there was no connection, consume from the destination if it says that that is full, or raise sendTimeout."),
    MEMORY_FULL(
            4005,
            ErrorKind.RESOURCE,
            "The server has too little memory to accept this",
            "Consume, or give the server more memory."),
    TOO_MANY(
            4006,
            ErrorKind.RESOURCE,
            "The server has as many objects of this kind as it allows",
            "Close what is not needed, or raise the limit that the text names."),
    BAD_MESSAGE(
            4007,
            ErrorKind.MESSAGE_FORMAT,
            "The bytes of a message do not follow the layout",
            "Nothing wrong was accepted; between Quoin's own programs this is a bug to report."),
    CONVERSION(
            4008,
            ErrorKind.MESSAGE_FORMAT,
            "A value cannot be read as the wanted type",
            "Read it as the type that it was written with."),
    CLASS_NOT_ALLOWED(
            4009,
            ErrorKind.MESSAGE_FORMAT,
            "The classes in an object message are not allowed",
            "Name them in objectMessageAllow, if their sender is trusted."),
    BAD_PROPERTY_NAME(
            4010,
            ErrorKind.GENERAL,
            "The name of a property is not allowed",
            "Use an identifier as selectors have it: letters, digits, _ and $."),
    MESSAGE_READ_ONLY(
            4011,
            ErrorKind.GENERAL,
            "A received message is read-only",
            "Call clearBody or clearProperties first, or make a new message."),
    MESSAGE_WRITE_ONLY(4012, ErrorKind.GENERAL, "The body of the message is write-only", "Call reset first."),
    MESSAGE_END(4013, ErrorKind.GENERAL, "The end of a message's body was met", "Read no more than was written."),
    BAD_ARGUMENT(4014, ErrorKind.GENERAL, "A value that was given is not allowed", "Use another one."),

    // Storage; 5001 to 5007 are those of the journal's own enum JournalError, which knows nothing of this one
    DATA_LOCKED(
            5001,
            ErrorKind.GENERAL,
            "Another process uses the data folder",
            "Stop it, or use another folder (--data)."),
    JOURNAL_CORRUPT(
            5002,
            ErrorKind.GENERAL,
            "The journal is damaged",
            "See what quoin journal verify reports; nothing that is whole is thrown away."),
    FORMAT_TOO_NEW(
            5003, ErrorKind.GENERAL, "The data were written by a newer version", "Use that version or a later one."),
    JOURNAL_FAILED(
            5004,
            ErrorKind.RESOURCE,
            "The journal could not be written",
            "What was confirmed is safe. Check the disk and the server's log, then restart the server."),
    JOURNAL_FULL(
            5005,
            ErrorKind.RESOURCE,
            "The journal cannot grow because the disk is full",
            "Nothing was lost. Free space and do it again."),
    MESSAGE_DAMAGED(
            5006,
            ErrorKind.GENERAL,
            "A stored message is damaged",
            "It is kept aside and named in the server's log; others are not touched."),
    RECORD_MISSING(
            5007,
            ErrorKind.GENERAL,
            "The journal has no record at a position",
            "See what quoin journal verify reports."),
    DATA_NOT_WRITABLE(5008, ErrorKind.GENERAL, "The data folder cannot be written", "Check path, owner and rights."),
    NOT_A_DATA_FOLDER(5009, ErrorKind.GENERAL, "The folder holds no data of Quoin", "Check the path."),

    // Command line and configuration
    PORT_IN_USE(
            6001,
            ErrorKind.GENERAL,
            "The port is in use by another program",
            "Stop it, or choose another port (--port, --admin-port)."),
    UNKNOWN_OPTION(6002, ErrorKind.GENERAL, "There is no option of that name", "Use the name that the text suggests."),
    BAD_VALUE(6003, ErrorKind.GENERAL, "The value of an option is not allowed", "Use a value that the text names."),
    BAD_URI(
            6004,
            ErrorKind.GENERAL,
            "The URI cannot be read",
            "Write it like quoin://host:5544 or failover:(quoin://a,quoin://b)?option=value."),
    USAGE(6005, ErrorKind.GENERAL, "The command line cannot be read", "See quoin --help."),
    FILE_NOT_READABLE(6006, ErrorKind.GENERAL, "A file cannot be read", "Check path and rights."),
    UNSAFE_CONFIGURATION(
            6007,
            ErrorKind.SECURITY,
            "The configuration would expose the server",
            "Outside loopback users and TLS are both required."),
    UNKNOWN_VERB(
            6008,
            ErrorKind.GENERAL,
            "There is no administration verb of that name",
            "Use the name that the text suggests."),
    BAD_CONFIGURATION(
            6009,
            ErrorKind.GENERAL,
            "The configuration file cannot be read",
            "Correct it at the line and column that the text names."),
    FACTORY_UNUSABLE(
            6010,
            ErrorKind.GENERAL,
            "The connection factory of another provider cannot be used",
            "Check its class name, and that --class-path names its jars."),
    PROVIDER_FAILED(
            6011,
            ErrorKind.GENERAL,
            "Another provider has failed in a benchmark",
            "See its log, or leave out what it does not support, like asynchronous sends (--window above 1)."),
    TOO_FEW_MESSAGES(
            6012,
            ErrorKind.GENERAL,
            "Fewer messages came than were asked for",
            "See what waits with quoin queue info, or give it more time (--timeout)."),

    // Resource adapter
    NOT_IN_CONTAINER(
            7001,
            ErrorKind.GENERAL,
            "A web or EJB container does not allow this",
            "Leave it out, or let a message-driven bean do it; what is no such application can have a connection factory with eeRules=false."),
    SECOND_SESSION(
            7002,
            ErrorKind.GENERAL,
            "A connection has one session at a time in a web or EJB container",
            "Close the first one, or create another connection; connections come from a pool."),
    NO_POOLED_CONNECTION(
            7003,
            ErrorKind.RESOURCE,
            "The application server's pool has given no connection",
            "Close what is created, in try-with-resources, or make the pool larger."),
    ACTIVATION_REFUSED(
            7004,
            ErrorKind.GENERAL,
            "A message-driven bean cannot be activated",
            "Correct the activation property that the text names."),
    LOOKUP_FAILED(
            7005,
            ErrorKind.GENERAL,
            "A name that a message-driven bean gives is not bound to what it should be",
            "Check the name, and that the resource is deployed before the bean."),
    ACTIVATION_WAITS(
            7006,
            ErrorKind.GENERAL,
            "A message-driven bean cannot get messages now",
            "Nothing has to be done if the server comes back; otherwise check URL, user and names."),
    DELIVERY_FAILED(
            7007,
            ErrorKind.GENERAL,
            "The container could not begin or end the transaction of a message",
            "See the application server's log; the message comes again."),
    WORK_REJECTED(
            7008,
            ErrorKind.RESOURCE,
            "The application server has no thread for a message",
            "Give its work manager more threads, or the bean a lower maxSessions; the message waits."),

    // Internal
    INTERNAL_ERROR(
            9001,
            ErrorKind.GENERAL,
            "Something failed that should not",
            "This is a bug: report it with the server's or client's log.");

    private static final Map<Integer, ErrorCode> BY_NUMBER = byNumber();

    private final int number;
    private final ErrorKind kind;
    private final String summary;
    private final String advice;

    ErrorCode(int number, ErrorKind kind, String summary, String advice) {
        this.number = number;
        this.kind = kind;
        this.summary = summary;
        this.advice = advice;
    }

    /** The number on the wire, 1000 to 9999. */
    public int number() {
        return number;
    }

    /** The stable code that users see and can look up: {@code QN-1234}. */
    public String code() {
        return "QN-" + number;
    }

    public ErrorKind kind() {
        return kind;
    }

    /** What happened, as a sentence without its full stop. */
    public String summary() {
        return summary;
    }

    /** What to do about it, in whole sentences. */
    public String advice() {
        return advice;
    }

    /** What a user is shown: the code and a sentence about this case. */
    public String message(String text) {
        return code() + ": " + text;
    }

    /** The same with what to do, unless the text says that already. */
    public String messageWithAdvice(String text) {
        String sentence = message(sentence(text));
        return text.contains(advice) ? sentence : sentence + " " + advice;
    }

    /** The text with a full stop, unless it ends a sentence already. */
    public static String sentence(String text) {
        return text.isEmpty() || ".!?".indexOf(text.charAt(text.length() - 1)) >= 0 ? text : text + ".";
    }

    /** The error with that number, or null for one that only a newer version knows. */
    public static @Nullable ErrorCode find(int number) {
        return BY_NUMBER.get(number);
    }

    private static Map<Integer, ErrorCode> byNumber() {
        Map<Integer, ErrorCode> byNumber = new HashMap<>();
        for (ErrorCode code : values()) {
            ErrorCode other = byNumber.put(code.number, code);
            if (other != null) {
                throw new IllegalStateException(code + " has the number of " + other);
            }
        }
        return Map.copyOf(byNumber);
    }
}
