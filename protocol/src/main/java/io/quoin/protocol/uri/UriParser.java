// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.protocol.uri;

import io.quoin.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one {@link QuoinUri}. What is wrong is said without repeating options or user information, which may hold a
 * password and would end up in a log.
 */
final class UriParser {

    private static final String FAILOVER = "failover:";
    private static final String VM = "vm://";
    private static final String SCHEME_END = "://";
    private static final int MAX_PORT = 65_535;
    private static final int MAX_SHOWN = 200;
    /** The longest first: one begins with another. */
    private static final List<String> PREFIXES = List.of("failover.nested.", "failover.", "transport.", "jms.");

    private final String text;
    private final String servers;
    private final @Nullable String query;

    UriParser(String text) {
        this.text = text.strip();
        int mark = endOfServers(this.text);
        this.servers = mark < 0 ? this.text : this.text.substring(0, mark);
        this.query = mark < 0 ? null : this.text.substring(mark + 1);
    }

    /** A question mark within parentheses belongs to one server and is refused there, with a better sentence. */
    private static int endOfServers(String text) {
        int close = text.lastIndexOf(')');
        int mark = text.indexOf('?');
        int open = text.indexOf('(');
        return open >= 0 && open < mark && close > mark ? text.indexOf('?', close) : mark;
    }

    QuoinUri parse() {
        if (text.isEmpty()) {
            throw bad("It is empty");
        }
        checkNoUserInfo();
        Map<String, String> options = options();
        if (startsWith(servers, VM)) {
            return new QuoinUri(List.of(), vmName(), options);
        }
        return new QuoinUri(endpoints(list()), null, options);
    }

    /** A password may hold any character, so this looks at everything before the first option. */
    private void checkNoUserInfo() {
        int at = text.indexOf('@');
        int equals = text.indexOf('=');
        if (at >= 0 && (equals < 0 || at < equals)) {
            throw bad("User name and password do not belong into it: give them to createConnection or set them on the "
                    + "connection factory");
        }
    }

    private String vmName() {
        String name = servers.substring(VM.length());
        if (!isName(name)) {
            throw bad("The name of a server in this JVM has letters, digits, '.', '-' and '_'");
        }
        return name;
    }

    /** What is between the parentheses, if there are any. */
    private String list() {
        boolean failover = startsWith(servers, FAILOVER);
        String rest = failover ? servers.substring(FAILOVER.length()) : servers;
        String bare = failover && rest.startsWith("//") ? rest.substring(2) : rest;
        if (!bare.startsWith("(")) {
            if (failover) {
                throw bad("After 'failover:' comes a list in parentheses");
            }
            return bare;
        }
        if (!bare.endsWith(")")) {
            throw bad(bare.indexOf(')') < 0 ? "A parenthesis is not closed" : "After ')' nothing may come but options");
        }
        String list = bare.substring(1, bare.length() - 1);
        if (list.indexOf('(') >= 0 || list.indexOf(')') >= 0) {
            throw bad("Parentheses stand around the whole list, once");
        }
        return list;
    }

    private List<Endpoint> endpoints(String list) {
        List<Endpoint> endpoints = new ArrayList<>();
        Boolean tls = null;
        for (String part : list.split(",", -1)) {
            String server = part.strip();
            int schemeEnd = server.indexOf(SCHEME_END);
            if (schemeEnd >= 0) {
                tls = isTls(server.substring(0, schemeEnd));
                server = server.substring(schemeEnd + SCHEME_END.length());
            } else if (tls == null) {
                throw bad("It begins with none of quoin://, quoins://, failover:( and vm://");
            }
            endpoints.add(endpoint(server, tls));
        }
        return endpoints;
    }

    private boolean isTls(String scheme) {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case Endpoint.PLAIN_SCHEME, "tcp" -> false;
            case Endpoint.TLS_SCHEME -> true;
            default -> throw bad("There is no scheme '" + shorten(scheme) + "' but quoin, quoins, failover and vm");
        };
    }

    private Endpoint endpoint(String server, boolean tls) {
        String address = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        checkAddress(address);
        int hostEnd = address.startsWith("[") ? address.indexOf(']') + 1 : hostEnd(address);
        if (hostEnd == 0 && address.startsWith("[")) {
            throw bad("A bracket is not closed");
        }
        String host = host(address.substring(0, hostEnd));
        return new Endpoint(host, port(address.substring(hostEnd), tls), tls);
    }

    private void checkAddress(String address) {
        if (address.isEmpty()) {
            throw bad("A host is missing");
        }
        if (address.indexOf('?') >= 0) {
            throw bad("Options come once, behind the closing parenthesis, and hold for all servers");
        }
        if (address.indexOf('/') >= 0 || address.indexOf('#') >= 0) {
            throw bad("After host and port nothing may come but options");
        }
    }

    private int hostEnd(String address) {
        int colon = address.indexOf(':');
        if (colon >= 0 && address.indexOf(':', colon + 1) >= 0) {
            throw bad("An IPv6 address stands in brackets, as in quoin://[::1]:5544");
        }
        return colon < 0 ? address.length() : colon;
    }

    private String host(String host) {
        if (host.startsWith("[")) {
            String address = host.substring(1, host.length() - 1);
            if (!isIpv6(address)) {
                throw bad("'" + shorten(host) + "' is not an IPv6 address");
            }
            return address;
        }
        if (!isName(host)) {
            throw bad(host.isEmpty() ? "A host is missing" : "'" + shorten(host) + "' is not a host name");
        }
        return host;
    }

    private int port(String port, boolean tls) {
        if (port.isEmpty()) {
            return Endpoint.defaultPort(tls);
        }
        String digits = port.substring(1);
        boolean number = port.charAt(0) == ':'
                && !digits.isEmpty()
                && digits.length() <= 5
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int value = number ? Integer.parseInt(digits) : 0;
        if (value < 1 || value > MAX_PORT) {
            throw bad("'" + shorten(digits) + "' is not a port between 1 and " + MAX_PORT);
        }
        return value;
    }

    private Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return options;
        }
        for (String option : query.split("&", -1)) {
            int equals = option.indexOf('=');
            if (equals <= 0) {
                throw bad("Each option is written as name=value, with '&' between two of them");
            }
            String name = withoutPrefix(decode(option.substring(0, equals)));
            if (name.isEmpty()) {
                throw bad("An option has no name");
            }
            if (options.putIfAbsent(name, decode(option.substring(equals + 1))) != null) {
                throw bad("The option '" + shorten(name) + "' comes twice");
            }
        }
        return options;
    }

    private String decode(String part) {
        String decoded = PercentCode.decode(part);
        if (decoded == null) {
            throw bad("A percent sign in an option is followed by two hexadecimal digits, and together they are UTF-8");
        }
        return decoded;
    }

    private static String withoutPrefix(String name) {
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return name.substring(prefix.length());
            }
        }
        return name;
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
    }

    /** Roughly: whether it exists is found out when it is connected to. A zone may follow a percent sign. */
    private static boolean isIpv6(String address) {
        int zone = address.indexOf('%');
        String digits = zone < 0 ? address : address.substring(0, zone);
        return digits.indexOf(':') >= 0
                && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')
                && (zone < 0 || isName(address.substring(zone + 1)));
    }

    private static boolean startsWith(String text, String prefix) {
        return text.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private IllegalArgumentException bad(String sentence) {
        boolean mayBeSecret = text.indexOf('@') >= 0 || servers.indexOf('?') >= 0;
        String shown = mayBeSecret ? "The URI" : "The URI '" + shorten(servers) + "'";
        return new IllegalArgumentException(
                ErrorCode.BAD_URI.message(shown + " cannot be read. " + ErrorCode.sentence(sentence)));
    }

    private static String shorten(String part) {
        return part.length() <= MAX_SHOWN ? part : part.substring(0, MAX_SHOWN) + "...";
    }
}
