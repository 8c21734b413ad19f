package io.dvcr.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate for 127.0.0.1 and localhost, signed by an authority made for it. Made by keytool.
 */
public final class ServerCertificate {
  private static final String PASSWORD = "testbed";

  private final Path folder;
  private final KeyStore keys;

  private ServerCertificate(Path folder, KeyStore keys) {
    this.folder = folder;
    this.keys = keys;
  }

  /** Makes one with its authority; the files are written to {@code folder}. */
  public static ServerCertificate in(Path folder) {
    return in(folder, "127.0.0.1");
  }

  /** The same for another address and localhost. */
  public static ServerCertificate in(Path folder, String address) {
    try {
      Path store = folder.resolve("keys.p12");
      keytool(store, "ca", "-dname", "CN=authority of the tests", "-ext", "bc:critical=ca:true");
      keytool(
          store,
          "server",
          "-dname",
          "CN=localhost",
          "-signer",
          "ca", //
          "-ext",
          "san=ip:" + address + ",dns:localhost");
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      ServerCertificate certificate = new ServerCertificate(folder, keys);
      certificate.writePem();
      return certificate;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The authority's certificate (PEM): what a client has to trust. */
  public Path authorityFile() {
    return folder.resolve("ca.pem");
  }

  /** The server's certificate (PEM). */
  public Path certificateFile() {
    return folder.resolve("server.pem");
  }

  /** The server's private key (PEM, PKCS #8). */
  public Path keyFile() {
    return folder.resolve("server-key.pem");
  }

  PrivateKey privateKey() {
    return (PrivateKey) key();
  }

  X509Certificate certificate() {
    try {
      return (X509Certificate) Objects.requireNonNull(keys.getCertificate("server"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  SSLContext serverContext() {
    try {
      KeyStore server = KeyStore.getInstance("PKCS12");
      server.load(null, null);
      server.setKeyEntry(
          "server", key(), PASSWORD.toCharArray(), keys.getCertificateChain("server"));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(server, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Key key() {
    try {
      return Objects.requireNonNull(keys.getKey("server", PASSWORD.toCharArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void writePem() throws IOException, GeneralSecurityException {
    pem(authorityFile(), "CERTIFICATE", keys.getCertificate("ca").getEncoded());
    pem(certificateFile(), "CERTIFICATE", certificate().getEncoded());
    pem(keyFile(), "PRIVATE KEY", key().getEncoded());
  }

  private static void pem(Path file, String type, byte[] content) throws IOException {
    String text =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content); // RFC 7468, section 2
    Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }

  private static void keytool(Path store, String alias, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-keyalg", "RSA", "-keysize", "2048"));
    command.addAll(List.of("-startdate", "-1d", "-validity", "30"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        byte[] said = process.getInputStream().readNBytes(process.getInputStream().available());
        throw new IOException("keytool: " + new String(said, StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for keytool", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
