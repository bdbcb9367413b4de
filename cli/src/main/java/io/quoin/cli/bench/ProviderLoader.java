// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.cli.bench;

import jakarta.jms.ConnectionFactory;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads another provider's client from its jars. It shares {@code jakarta.jms} with this program and nothing else, so that
 * its libraries and ours do not meet.
 */
public final class ProviderLoader extends URLClassLoader {

    private static final String SHARED_PACKAGE = "jakarta.jms.";

    private ProviderLoader(URL[] jars) {
        super("provider", jars, ClassLoader.getPlatformClassLoader());
    }

    /** Jars, folders of classes, and folders of jars written {@code folder/*}, separated as in a class path. */
    public static ProviderLoader of(String classPath) throws IOException {
        List<URL> jars = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            if (entry.endsWith("*")) {
                try (DirectoryStream<Path> folder =
                        Files.newDirectoryStream(Path.of(entry.substring(0, entry.length() - 1)), "*.jar")) {
                    for (Path jar : folder) {
                        jars.add(url(jar));
                    }
                }
            } else if (Files.exists(Path.of(entry))) {
                jars.add(url(Path.of(entry)));
            } else {
                throw new NoSuchFileException(entry);
            }
        }
        return new ProviderLoader(jars.toArray(URL[]::new));
    }

    /**
     * Makes a connection factory by its constructor that takes the URL as a text, or the one that takes nothing.
     *
     * @throws ReflectiveOperationException if there is no such class or constructor, or it fails
     */
    public static ConnectionFactory factory(ClassLoader loader, String className, String url)
            throws ReflectiveOperationException {
        Class<? extends ConnectionFactory> type =
                Class.forName(className, true, loader).asSubclass(ConnectionFactory.class);
        try {
            return type.getConstructor(String.class).newInstance(url);
        } catch (NoSuchMethodException e) {
            return type.getConstructor().newInstance();
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        return name.startsWith(SHARED_PACKAGE)
                ? ConnectionFactory.class.getClassLoader().loadClass(name)
                : super.loadClass(name, resolve);
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }
}
