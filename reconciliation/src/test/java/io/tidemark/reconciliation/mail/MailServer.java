package io.tidemark.reconciliation.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.subethamail.smtp.AuthenticationHandlerFactory;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.helper.BasicMessageListener;
import org.subethamail.smtp.server.SMTPServer;

/**
 * A real mail server on this machine that asks for encryption and a login, and keeps what it gets.
 */
final class MailServer implements AutoCloseable {
  static final String USER = "ann";
  static final String PASSWORD = "correct horse";
  static final String REFUSED = "gone@example.com";

  /** A recipient whose mailbox takes nothing now. */
  static final String FULL = "full@example.com";

  final List<byte[]> received = new CopyOnWriteArrayList<>();
  private final SMTPServer server;

  private MailServer(SMTPServer.Builder builder, int port) {
    server =
        builder
            .bindAddress(InetAddress.getLoopbackAddress())
            .port(port)
            .requireAuth(true)
            .authenticationHandlerFactory(login())
            .messageHandler(listener())
            .build();
    server.start();
  }

  /** A server that is spoken to in the clear until STARTTLS; port 0 stands for any. */
  static MailServer start(Certified certified, int port) {
    return new MailServer(
        new SMTPServer.Builder()
            .enableTLS(true)
            .requireTLS(true)
            .startTlsSocketFactory(certified.context),
        port);
  }

  /** A server that is encrypted from the first byte. */
  static MailServer encrypted(Certified certified) {
    return new MailServer(
        new SMTPServer.Builder()
            .serverSocketFactory(certified.context)
            .showAuthCapabilitiesBeforeSTARTTLS(true),
        0);
  }

  private static AuthenticationHandlerFactory login() {
    return new EasyAuthenticationHandlerFactory(
        (user, password, context) -> {
          if (!user.equals(USER) || !password.equals(PASSWORD)) {
            throw new LoginFailedException("no such user or password");
          }
        });
  }

  private BasicMessageListener listener() {
    return (context, from, to, data) -> {
      if (to.equals(REFUSED)) {
        throw new RejectException(550, "no such person");
      }
      if (to.equals(FULL)) {
        throw new RejectException(452, "mailbox full");
      }
      received.add(data);
    };
  }

  int port() {
    return server.getPortAllocated();
  }

  @Override
  public void close() {
    server.stop();
  }

  /** A key for localhost and its certificate, made by this Java's own tool. */
  static final class Certified {
    final SSLContext context;
    final Path pem;

    private Certified(SSLContext context, Path pem) {
      this.context = context;
      this.pem = pem;
    }

    static Certified in(Path folder) {
      try {
        Path store = folder.resolve("key.p12");
        Process keytool =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "k",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "SAN=dns:localhost,ip:127.0.0.1",
                    "-keystore",
                    store.toString(),
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    "changeit",
                    "-validity",
                    "2")
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
          throw new IllegalStateException("keytool failed");
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
          keys.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return new Certified(context, pem(folder, keys.getCertificate("k")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private static Path pem(Path folder, Certificate certificate) throws Exception {
      String body =
          Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
      return Files.writeString(
          folder.resolve("trusted.pem"),
          "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
    }
  }
}
