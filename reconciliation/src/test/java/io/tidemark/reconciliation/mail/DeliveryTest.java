package io.tidemark.reconciliation.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.MailSettings;
import io.tidemark.catalog.MailSettings.Security;
import io.tidemark.catalog.config.SecretReference;
import io.tidemark.reconciliation.mail.Delivery.Outcome;
import io.tidemark.reconciliation.mail.MailServer.Certified;
import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.ReportRenderer;
import io.tidemark.reconciliation.report.SampleDay;
import jakarta.mail.BodyPart;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("any-zone")
class DeliveryTest {
  private static final String ANN = "ann@example.com";
  private static final Clock CLOCK = Clock.fixed(SampleDay.NOW, ZoneOffset.UTC);
  private static final ReportRenderer RENDERER = new ReportRenderer();

  @TempDir static Path keys;
  private static Certified certified;

  @TempDir Path reports;
  private final List<Duration> waits = new ArrayList<>();

  @BeforeAll
  static void makeCertificate() {
    certified = Certified.in(keys);
  }

  @Test
  void aMailIsDeliveredAndCanBeReadBack() throws Exception {
    try (MailServer server = MailServer.start(certified, 0)) {
      assertThat(report(to(server), MailServer.PASSWORD, false).sent()).containsExactly(ANN);

      MimeMessage mail = parse(server.received.get(0));
      assertThat(mail.getSubject())
          .startsWith("✗ 2026-01-31 1 of 5 jobs outside tolerance")
          .endsWith("[Tidemark local]");
      assertThat(mail.getAllRecipients()[0]).hasToString(ANN);
      assertThat(mail.getFrom()[0]).hasToString("tidemark@example.com");
      assertThat(mail.getReplyTo()[0]).hasToString("help@example.com");
      assertThat(mail.getMessageID()).startsWith("<tidemark.2026-01-31.");
      MimeMultipart mixed = multipart(mail.getContent(), "multipart/mixed", 2);
      MimeMultipart alternative =
          multipart(mixed.getBodyPart(0).getContent(), "multipart/alternative", 2);
      MimeMultipart related =
          multipart(alternative.getBodyPart(1).getContent(), "multipart/related", 3);

      assertThat((String) alternative.getBodyPart(0).getContent()).contains("lost: 300 keys");
      String html = (String) related.getBodyPart(0).getContent();
      Matcher source = Pattern.compile("src=\"cid:([^\"]+)\"").matcher(html);
      int pictures = 0;
      while (source.find()) {
        BodyPart picture = related.getBodyPart("<" + source.group(1) + ">");
        assertThat(picture).as(source.group(1)).isNotNull();
        assertThat(ImageIO.read(picture.getInputStream())).isNotNull();
        pictures++;
      }
      assertThat(pictures).isEqualTo(2);
      BodyPart csv = mixed.getBodyPart(1);
      assertThat(csv.getFileName()).isEqualTo("tidemark-2026-01-31.csv");
      assertThat(csv.getDisposition()).isEqualTo("attachment");
      assertThat(new String(csv.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("\uFEFF\"dt\"")
          .contains("dws_reading_channel_1h");
    }
  }

  @Test
  void aRerunSendsNothingUnlessItIsAskedForOrSomethingChanged() {
    try (MailServer server = MailServer.start(certified, 0)) {
      MailSettings settings = to(server);
      report(settings, MailServer.PASSWORD, false);
      Outcome rerun = report(settings, MailServer.PASSWORD, false);
      assertThat(rerun.sent()).isEmpty();
      assertThat(rerun.problems()).isEmpty();
      assertThat(report(settings, MailServer.PASSWORD, true).sent()).containsExactly(ANN);

      DayFacts changed = SampleDay.day(List.of(SampleDay.equal("dwd_e")));
      assertThat(report(settings, changed, MailServer.PASSWORD, false).sent()).containsExactly(ANN);
      assertThat(server.received).hasSize(3);
      assertThat(server.received.stream().map(DeliveryTest::messageId).distinct()).hasSize(3);
    }
  }

  @Test
  void aWrongPasswordIsSaidWithItsRemedyAndKeepsTheMail() {
    try (MailServer server = MailServer.start(certified, 0)) {
      Outcome outcome = report(to(server), "wrong battery", false);

      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .contains("refuses user ann", "mail.password", "is kept in", ".eml")
          .doesNotContain("wrong battery");
      assertThat(waits).as("nothing to wait for").isEmpty();
      assertThat(send(to(server), MailServer.PASSWORD, false).sent()).containsExactly(ANN);
    }
  }

  @Test
  void anUntrustedCertificateIsSaidWithItsRemedy() {
    try (MailServer server = MailServer.start(certified, 0)) {
      MailSettings settings = settings("localhost", server.port(), null, List.of(ANN));

      assertThat(report(settings, MailServer.PASSWORD, false).problems())
          .singleElement()
          .asString()
          .contains("no encrypted connection", "mail.trusted-certificates");
      assertThat(server.received).isEmpty();
      assertThat(outbox(".eml")).hasSize(1);
    }
  }

  @Test
  void aServerThatIsDownGetsTheMailOnceWhenItIsUp() {
    int port;
    try (MailServer server = MailServer.start(certified, 0)) {
      port = server.port();
    }
    MailSettings settings = settings("localhost", port, certified.pem, List.of(ANN, "bob@a.b"));

    Outcome down = report(settings, MailServer.PASSWORD, false);
    assertThat(down.sent()).isEmpty();
    assertThat(down.problems()).hasSize(2);
    assertThat(down.problems().get(0)).contains("does not answer", "the next report sends it");
    assertThat(waits).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(8));
    assertThat(outbox(".eml")).hasSize(2);

    try (MailServer server = MailServer.start(certified, port)) {
      assertThat(report(settings, MailServer.PASSWORD, false).sent())
          .containsExactlyInAnyOrder(ANN, "bob@a.b");
      assertThat(send(settings, MailServer.PASSWORD, false).sent()).isEmpty();
      assertThat(server.received).hasSize(2);
      assertThat(outbox(".eml")).isEmpty();
      assertThat(outbox(".sending")).isEmpty();
    }
  }

  @Test
  void aServerThatHangsIsLeftAfterItsTimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      MailSettings settings = settings("localhost", silent.getLocalPort(), null, List.of(ANN));

      assertThat(report(settings, MailServer.PASSWORD, false).problems())
          .singleElement()
          .asString()
          .contains("does not answer", "timed out");
    }
  }

  @Test
  void aRefusedRecipientHoldsUpNobodyElse() {
    try (MailServer server = MailServer.start(certified, 0)) {
      MailSettings settings =
          settings("localhost", server.port(), certified.pem, List.of(MailServer.REFUSED, ANN));
      Outcome outcome = report(settings, MailServer.PASSWORD, false);

      assertThat(outcome.sent()).containsExactly(ANN);
      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .contains("refuses the mail to gone@example.com", "550 no such person");

      assertThat(send(to(server), MailServer.PASSWORD, false).problems())
          .singleElement()
          .asString()
          .contains("gone@example.com is in mail.recipients no more", "withdrawn");
      assertThat(send(to(server), MailServer.PASSWORD, false).problems()).isEmpty();
    }
  }

  /** Also a mail that waits for days comes first each time, and must not be the last. */
  @Test
  void aMailboxThatIsFullHoldsUpNobodyElse() {
    try (MailServer server = MailServer.start(certified, 0)) {
      MailSettings settings =
          settings(
              "localhost", server.port(), certified.pem, List.of(MailServer.FULL, ANN, "bob@a.b"));
      Outcome outcome = report(settings, MailServer.PASSWORD, false);

      assertThat(outcome.sent()).containsExactlyInAnyOrder(ANN, "bob@a.b");
      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .contains("does not take the mail to full@example.com now", "452", "is kept in");
      assertThat(waits).as("tried three times").hasSize(2);
      assertThat(outbox(".sending")).as("the server has said that it did not take it").isEmpty();
    }
  }

  /** The server takes the mail and dies before it says so; or the process does. */
  @Test
  void aMailThatMayHaveArrivedIsNotSentAgainByItself() throws Exception {
    try (DyingServer dying = new DyingServer()) {
      MailSettings open = unprotected(dying.port());
      Outcome outcome = report(open, null, false);
      assertThat(outcome.problems())
          .singleElement()
          .asString()
          .contains("got the whole mail", "may have arrived", "--mail-pending --again");
      assertThat(waits).as("it is not tried again").isEmpty();
    }
    try (MailServer server = MailServer.start(certified, 0)) {
      assertThat(report(to(server), MailServer.PASSWORD, false).sent()).isEmpty();
      assertThat(server.received).isEmpty();
      String kept = messageId(Files.readAllBytes(outbox(".eml").get(0)));

      assertThat(send(to(server), MailServer.PASSWORD, true).sent()).containsExactly(ANN);
      assertThat(server.received).hasSize(1);
      assertThat(messageId(server.received.get(0))).isEqualTo(kept);
    }
  }

  @Test
  void aMailThatIsNotedAsSentIsNotSentAgain() {
    try (MailServer server = MailServer.start(certified, 0)) {
      MailSettings settings = to(server);
      Envelope envelope = Envelope.of(SampleDay.DAY, "local", ANN, settings.from(), "c", 0);
      try (Delivery delivery = delivery(settings, MailServer.PASSWORD)) {
        delivery.keep(envelope, "Subject: x\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
        delivery.outbox().sending(envelope);
        delivery.log().add(envelope, SampleDay.NOW);
      }

      Outcome outcome = send(settings, MailServer.PASSWORD, false);
      assertThat(outcome.sent()).isEmpty();
      assertThat(outcome.problems()).isEmpty();
      assertThat(outbox("")).noneMatch(file -> file.toString().contains("2026-01-31"));
    }
  }

  @Test
  void aMailThatIsTooLargeLosesDetailAndSaysWhich() throws Exception {
    MailSettings settings = settings("localhost", 1, null, List.of(ANN));
    Envelope envelope = Envelope.of(SampleDay.DAY, "local", ANN, settings.from(), "c", 0);
    byte[] whole = new ReportMail(settings, RENDERER).message(SampleDay.day(), envelope);
    byte[] small =
        new ReportMail(settings, RENDERER, whole.length - 500).message(SampleDay.day(), envelope);
    byte[] smallest = new ReportMail(settings, RENDERER, 1).message(SampleDay.day(), envelope);

    assertThat(whole.length).isLessThan(200_000);
    assertThat(small.length).isLessThan(whole.length);
    MimeMultipart mixed = (MimeMultipart) parse(small).getContent();
    MimeMultipart alternative = (MimeMultipart) mixed.getBodyPart(0).getContent();
    assertThat((String) alternative.getBodyPart(0).getContent())
        .containsIgnoringCase("the mail would be too large")
        .contains("charts of equal jobs");
    assertThat(((MimeMultipart) parse(smallest).getContent()).getCount())
        .as("no attachment")
        .isEqualTo(1);
  }

  @Test
  void certificatesThatAreNoneAreRefused() throws IOException {
    Path file = Files.writeString(reports.resolve("no.pem"), "hello");

    assertThatThrownBy(
            () -> delivery(settings("localhost", 1, file, List.of(ANN)), MailServer.PASSWORD))
        .hasMessageContaining("mail.trusted-certificates names")
        .hasMessageContaining("write certificates in PEM");
  }

  private Outcome report(MailSettings settings, String password, boolean again) {
    return report(settings, SampleDay.day(), password, again);
  }

  private Outcome report(MailSettings settings, DayFacts day, String password, boolean again) {
    try (Delivery delivery = delivery(settings, password)) {
      new ReportMail(settings, RENDERER).keep(day, delivery, again);
      return delivery.send(again);
    }
  }

  private Outcome send(MailSettings settings, String password, boolean again) {
    try (Delivery delivery = delivery(settings, password)) {
      return delivery.send(again);
    }
  }

  private Delivery delivery(MailSettings settings, String password) {
    return new Delivery(settings, password, reports, CLOCK, waits::add);
  }

  private static MailSettings to(MailServer server) {
    return settings("localhost", server.port(), certified.pem, List.of(ANN));
  }

  private static MailSettings settings(String host, int port, Path trusted, List<String> people) {
    return new MailSettings(
        host,
        port,
        Security.STARTTLS,
        MailServer.USER,
        new SecretReference("env", "NOT_READ_HERE"),
        trusted,
        Duration.ofSeconds(1),
        3,
        Duration.ofSeconds(2),
        "tidemark@example.com",
        "help@example.com",
        Map.of(MailSettings.DEFAULT, people));
  }

  private static MailSettings unprotected(int port) {
    return new MailSettings(
        "localhost",
        port,
        Security.NONE,
        null,
        null,
        null,
        Duration.ofSeconds(5),
        3,
        Duration.ofSeconds(2),
        "tidemark@example.com",
        null,
        Map.of(MailSettings.DEFAULT, List.of(ANN)));
  }

  private List<Path> outbox(String ending) {
    try (Stream<Path> files = Files.list(reports.resolve("outbox"))) {
      return files.filter(file -> file.toString().endsWith(ending)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MimeMultipart multipart(Object content, String type, int parts) throws Exception {
    MimeMultipart multipart = (MimeMultipart) content;
    assertThat(multipart.getContentType()).startsWith(type);
    assertThat(multipart.getCount()).isEqualTo(parts);
    return multipart;
  }

  private static MimeMessage parse(byte[] bytes) {
    try {
      return new MimeMessage(
          Session.getInstance(new Properties()), new ByteArrayInputStream(bytes));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String messageId(byte[] bytes) {
    try {
      return parse(bytes).getMessageID();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Speaks just enough SMTP to get a whole mail, and hangs up instead of saying that it has it. */
  private static final class DyingServer implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    DyingServer() throws IOException {
      Thread thread = new Thread(this::serve);
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return listening.getLocalPort();
    }

    private void serve() {
      try (Socket socket = listening.accept()) {
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        say(out, "220 here");
        for (String line = line(in); !line.equals("."); line = line(in)) {
          if (line.equals("DATA")) {
            say(out, "354 go on");
          } else if (line.startsWith("EHLO")
              || line.startsWith("MAIL")
              || line.startsWith("RCPT")) {
            say(out, "250 yes");
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void say(OutputStream out, String answer) throws IOException {
      out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }

    private static String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        line.append((char) next);
      }
      return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }
}
