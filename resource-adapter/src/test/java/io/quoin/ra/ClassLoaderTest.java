// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quoin.jms.QuoinConnection;
import io.quoin.protocol.ErrorCode;
import io.quoin.ra.fake.Bean;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterAssociation;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * An application server that has stopped the adapter can forget it: nothing of Quoin holds its class loader. The JDK (17) itself
 * remembers the last type of a record's component that it has made a hash code for, until there is another one.
 */
class ClassLoaderTest extends ContainerCase {

    /** The adapter and the client once more, as an application server loads them from an archive. */
    private static final class OfArchive extends URLClassLoader {

        OfArchive(URL... jars) {
            super(jars, ClassLoaderTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean own = name.startsWith("io.quoin.jms.")
                    || name.startsWith("io.quoin.protocol.")
                    || name.startsWith("io.quoin.ra.") && !name.startsWith("io.quoin.ra.fake.");
            if (!own) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    private static URL jarOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    @Test
    void itsClassLoaderIsCollected() throws Exception {
        WeakReference<ClassLoader> loader = useOnce();
        useOnce();
        // Its threads remember who was calling when they were made, as those of a real one do not.
        container.close();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            System.gc();
            assertThat(loader.get()).isNull();
        });
    }

    private WeakReference<ClassLoader> useOnce() throws Exception {
        try (OfArchive archive = new OfArchive(
                jarOf(QuoinResourceAdapter.class), jarOf(QuoinConnection.class), jarOf(ErrorCode.class))) {
            ResourceAdapter own = (ResourceAdapter) make(archive, QuoinResourceAdapter.class.getName());
            own.getClass().getMethod("setUrl", String.class).invoke(own, server.url());
            own.start(container);
            receiveWithABean(archive, own);
            sendThroughAPool(archive, own);
            own.stop();
            return new WeakReference<>(archive);
        }
    }

    private static Object make(ClassLoader in, String type) throws Exception {
        Class<?> loaded = in.loadClass(type);
        assertThat(loaded.getClassLoader()).isSameAs(in);
        return loaded.getConstructor().newInstance();
    }

    private void receiveWithABean(ClassLoader archive, ResourceAdapter own) throws Exception {
        ActivationSpec spec = (ActivationSpec) make(archive, "io.quoin.ra.inbound.QuoinActivationSpec");
        spec.getClass().getMethod("setDestination", String.class).invoke(spec, "in");
        CountDownLatch seen = new CountDownLatch(1);
        Bean bean = Bean.transacted(container, message -> seen.countDown());
        own.endpointActivation(bean, spec);
        server.send("in", "a");
        assertThat(seen.await(20, TimeUnit.SECONDS)).isTrue();
        own.endpointDeactivation(bean, spec);
    }

    private void sendThroughAPool(ClassLoader archive, ResourceAdapter own) throws Exception {
        ManagedConnectionFactory factory =
                (ManagedConnectionFactory) make(archive, "io.quoin.ra.outbound.QuoinManagedConnectionFactory");
        ((ResourceAdapterAssociation) factory).setResourceAdapter(own);
        ManagedConnection managed = factory.createManagedConnection(null, null);
        managed.addConnectionEventListener(new Listener());
        ConnectionFactory connections = (ConnectionFactory)
                factory.createConnectionFactory((of, request) -> managed.getConnection(null, request));
        try (Connection connection = connections.createConnection();
                var session = connection.createSession()) {
            session.createProducer(session.createQueue("out")).send(session.createTextMessage("b"));
        }
        managed.destroy();
        assertThat(server.receive("out")).isEqualTo("b");
    }

    private static final class Listener implements ConnectionEventListener {
        @Override
        public void connectionClosed(ConnectionEvent event) {}

        @Override
        public void localTransactionStarted(ConnectionEvent event) {}

        @Override
        public void localTransactionCommitted(ConnectionEvent event) {}

        @Override
        public void localTransactionRolledback(ConnectionEvent event) {}

        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {}
    }
}
