// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.fake;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import javax.naming.spi.NamingManager;

/** The directory of an application server. */
public final class Names {

    private static final Map<String, Object> BOUND = new ConcurrentHashMap<>();

    private Names() {}

    /** Takes the place of the JVM's own, for good. */
    public static synchronized void install() throws NamingException {
        if (!NamingManager.hasInitialContextFactoryBuilder()) {
            InitialContextFactory factory = Names::context;
            NamingManager.setInitialContextFactoryBuilder(environment -> factory);
        }
    }

    public static void bind(String name, Object value) {
        BOUND.put(name, value);
    }

    private static Context context(Hashtable<?, ?> environment) {
        return (Context) Proxy.newProxyInstance(
                Names.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("lookup")) {
                        return null;
                    }
                    Object found = BOUND.get(String.valueOf(arguments[0]));
                    if (found == null) {
                        throw new NameNotFoundException(String.valueOf(arguments[0]));
                    }
                    return found;
                });
    }
}
