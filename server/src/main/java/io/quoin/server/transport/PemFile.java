// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.server.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * A file with certificates or a key between lines like {@code -----BEGIN CERTIFICATE-----}. What else it holds is skipped.
 * Immutable.
 */
final class PemFile {

    /** Larger than any chain of certificates: 1 MiB. */
    private static final long MAX_BYTES = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);

    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private final Path path;
    private final List<Block> blocks;

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Block(String kind, byte[] content) {}

    private PemFile(Path path, List<Block> blocks) {
        this.path = path;
        this.blocks = blocks;
    }

    /**
     * Reads a file.
     *
     * @throws SSLException with a sentence if it cannot be read
     */
    static PemFile read(Path path) throws SSLException {
        String text;
        try {
            if (Files.isRegularFile(path) && Files.size(path) > MAX_BYTES) {
                throw new SSLException("The file " + path + " is too large to be one with a certificate or a key");
            }
            text = Files.readString(path, ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new SSLException("There is no file " + path, e);
        } catch (SSLException e) {
            throw e;
        } catch (IOException e) {
            throw new SSLException("The file " + path + " cannot be read: " + e.getMessage(), e);
        }
        List<Block> blocks = new ArrayList<>();
        for (Matcher matcher = BLOCK.matcher(text); matcher.find(); ) {
            try {
                blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                throw new SSLException("What the file " + path + " holds as " + matcher.group(1) + " is damaged", e);
            }
        }
        return new PemFile(path, blocks);
    }

    /** Its certificates, at least one, in their order. */
    X509Certificate[] certificates() throws SSLException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (block.kind.equals("CERTIFICATE")) {
                certificates.add(certificate(block.content));
            }
        }
        if (certificates.isEmpty()) {
            throw new SSLException("The file " + path + " holds no certificate (BEGIN CERTIFICATE)" + found());
        }
        return certificates.toArray(X509Certificate[]::new);
    }

    /** Its private key. */
    PrivateKey key() throws SSLException {
        for (Block block : blocks) {
            switch (block.kind) {
                case "PRIVATE KEY" -> {
                    return key(block.content);
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new SSLException("The key in " + path + " is encrypted, and the server knows no passphrase."
                            + " Decrypt it with 'openssl pkcs8 -in " + path + " -out NEW'");
                case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
                    throw new SSLException("The key in " + path + " is a " + block.kind + ", and PKCS #8 is wanted."
                            + " Convert it with 'openssl pkcs8 -topk8 -nocrypt -in " + path + " -out NEW'");
                default -> {
                    // Parameters, or a certificate beside its key.
                }
            }
        }
        throw new SSLException("The file " + path + " holds no private key (BEGIN PRIVATE KEY)" + found());
    }

    private X509Certificate certificate(byte[] content) throws SSLException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(content));
        } catch (GeneralSecurityException e) {
            throw new SSLException("A certificate in " + path + " is damaged: " + e.getMessage(), e);
        }
    }

    private PrivateKey key(byte[] content) throws SSLException {
        GeneralSecurityException last = null;
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(content));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw new SSLException("The private key in " + path + " is damaged, or neither RSA nor EC nor EdDSA", last);
    }

    private String found() {
        return blocks.isEmpty() ? "" : ", but " + blocks.get(0).kind;
    }
}
