package io.tidemark.reconciliation.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.MailSettings;
import io.tidemark.catalog.MailSettings.Security;
import io.tidemark.catalog.config.SecretReference;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.reconciliation.mail.Delivery.Outcome;
import io.tidemark.reconciliation.mail.MailServer.Certified;
import io.tidemark.reconciliation.report.ReportRenderer;
import io.tidemark.reconciliation.report.SampleDay;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Mail over a connection that is encrypted from its first byte, with the password in a file: as the
 * environment declares it, and as the verb sends it.
 */
@Tag("any-zone")
class ImplicitTlsTest {
  private static final String ANN = "ann@example.com";
  private static final Clock CLOCK = Clock.fixed(SampleDay.NOW, ZoneOffset.UTC);

  @TempDir static Path keys;
  private static Certified certified;

  @TempDir Path project;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void makeCertificate() {
    certified = Certified.in(keys);
  }

  /** A mail that an earlier report has left. */
  @BeforeEach
  void keepAMail() {
    MailSettings nowhere = settings(Security.SMTPS, 1, certified.pem);
    try (Delivery delivery = delivery(nowhere)) {
      new ReportMail(nowhere, new ReportRenderer()).keep(SampleDay.day(), delivery, false);
    }
  }

  @Test
  void theVerbSendsByAPasswordFromAFile() throws Exception {
    try (MailServer server = MailServer.encrypted(certified)) {
      declare(server.port());
      Files.writeString(project.resolve("smtp-password"), MailServer.PASSWORD + "\n");

      assertThat(sendKept()).as(err.toString()).isEqualTo(ExitCodes.OK);

      assertThat(out.toString()).contains("mail: sent to " + ANN);
      assertThat(server.received).hasSize(1);
      MimeMessage mail =
          new MimeMessage(
              Session.getInstance(new Properties()),
              new ByteArrayInputStream(server.received.get(0)));
      assertThat(mail.getSubject()).startsWith("✗ 2026-01-31");
      assertThat(out.toString() + err).doesNotContain(MailServer.PASSWORD);

      assertThat(sendKept()).isEqualTo(ExitCodes.OK);
      assertThat(out.toString()).contains("mail: none is kept");
    }
  }

  @Test
  void aFileWithTheWrongPasswordKeepsTheMail() throws IOException {
    try (MailServer server = MailServer.encrypted(certified)) {
      declare(server.port());
      Files.writeString(project.resolve("smtp-password"), "wrong battery");

      assertThat(sendKept()).isEqualTo(ExitCodes.FAILURE);

      assertThat(out.toString())
          .contains("NOT DELIVERED", "refuses user ann", "mail.password", "is kept in")
          .doesNotContain("wrong battery");
      assertThat(server.received).isEmpty();
    }
  }

  @Test
  void aPasswordFileThatIsNotThereIsRefusedByItsKey() throws IOException {
    declare(1);

    assertThat(sendKept()).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString())
        .contains("local.yml", "mail.password", "smtp-password, which cannot be read");
  }

  @Test
  void anUntrustedCertificateIsNotSpokenTo() {
    try (MailServer server = MailServer.encrypted(certified)) {
      assertThat(send(settings(Security.SMTPS, server.port(), null)).problems())
          .singleElement()
          .asString()
          .contains("no encrypted connection", "mail.trusted-certificates");
      assertThat(server.received).isEmpty();
    }
  }

  /** The port of STARTTLS begins in the clear, and nothing is said there. */
  @Test
  void theOtherKindOfPortIsSaid() {
    try (MailServer server = MailServer.start(certified, 0)) {
      assertThat(send(settings(Security.SMTPS, server.port(), certified.pem)).problems())
          .singleElement()
          .asString()
          .contains("no encrypted connection", "smtps and starttls use different ports");
      assertThat(server.received).isEmpty();
    }
  }

  private Outcome send(MailSettings settings) {
    try (Delivery delivery = delivery(settings)) {
      return delivery.send(false);
    }
  }

  private Delivery delivery(MailSettings settings) {
    return new Delivery(
        settings, MailServer.PASSWORD, project.resolve("reports"), CLOCK, span -> {});
  }

  private static MailSettings settings(Security security, int port, Path trusted) {
    return new MailSettings(
        "localhost",
        port,
        security,
        MailServer.USER,
        new SecretReference("file", "smtp-password"),
        trusted,
        Duration.ofSeconds(5),
        1,
        Duration.ofSeconds(1),
        "tidemark@example.com",
        null,
        Map.of(MailSettings.DEFAULT, List.of(ANN)));
  }

  private void declare(int port) throws IOException {
    Path jobs = Files.createDirectories(project.resolve("conf/jobs"));
    Files.writeString(
        jobs.resolve("scan.yml"),
        """
        job: ods_scan
        topic: scan
        columns: { scanned_at: { type: timestamp, format: iso-8601, required: true } }
        event-time: { column: scanned_at }
        output: ods.scan
        """);
    Path env = Files.createDirectories(project.resolve("conf/env"));
    Files.writeString(
        env.resolve("local.yml"),
        """
        time-zone: UTC
        catalog: { name: tidemark, type: embedded, warehouse: warehouse }
        checkpoints: checkpoints
        kafka: { bootstrap-servers: "none:1" }
        report: { folder: reports }
        mail:
          host: localhost
          port: %d
          security: smtps
          user: %s
          password: ${file:smtp-password}
          trusted-certificates: %s
          from: tidemark@example.com
          recipients: { default: [%s] }
        """
            .formatted(port, MailServer.USER, certified.pem, ANN));
  }

  private int sendKept() {
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(
        "report", "--mail-pending", "--conf", project.resolve("conf").toString(), "--env", "local");
  }
}
