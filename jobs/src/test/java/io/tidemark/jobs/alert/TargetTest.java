package io.tidemark.jobs.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.catalog.MailSettings;
import io.tidemark.catalog.MailSettings.Security;
import io.tidemark.catalog.ReceiverSettings.Command;
import io.tidemark.catalog.ReceiverSettings.Webhook;
import io.tidemark.jobs.alert.Incident.Kind;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/** Alerts reach a real mail server, a real web server and a real program. */
@Tag("any-zone")
class TargetTest {
  private static final Instant NOON = Instant.parse("2026-03-14T12:00:00Z");
  private static final String SECRET = "T0P-53CR3T";

  @TempDir private Path root;

  @Test
  void aPersonGetsAMailThatSaysWhatBegan() throws Exception {
    List<byte[]> received = Collections.synchronizedList(new ArrayList<>());
    SMTPServer server =
        new SMTPServer.Builder()
            .bindAddress(InetAddress.getLoopbackAddress())
            .port(0)
            .messageHandler(
                (context, from, to, data) -> {
                  if (to.startsWith("gone@")) {
                    throw new RejectException(550, "no such person");
                  }
                  received.add(data);
                })
            .build();
    server.start();
    try {
      MailSettings settings = mail(server.getPortAllocated());
      new MailTarget(settings, "night@example.com").tell(message());

      MimeMessage mail = new MimeMessage(null, new ByteArrayInputStream(received.get(0)));
      assertThat(mail.getSubject())
          .isEqualTo("[tidemark test] 1 alert, 1 over: dws_click_1min.few, dws_click_1min.stale");
      assertThat(mail.getHeader("To", null)).isEqualTo("night@example.com");
      assertThat(mail.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
      assertThat(((String) mail.getContent()).replace("\r\n", "\n"))
          .contains(
              "✗ dws_click_1min.few [channel=键]\n"
                  + "  pv below 10, in 3 windows in a row: 3 in the window of 2026-03-14 11:58:00\n"
                  + "  since 2026-03-14 12:00:00\n")
          .contains("✓ over: dws_click_1min.stale\n  less fresh than 5 minutes: 301.5 seconds\n");
      new MailTarget(settings, "night@example.com").tell(message());
      assertThat(new MimeMessage(null, new ByteArrayInputStream(received.get(1))).getMessageID())
          .as("the same mail")
          .isEqualTo(mail.getMessageID());

      assertNotTold(new MailTarget(settings, "gone@example.com"), false, "550");
    } finally {
      server.stop();
    }
    assertNotTold(new MailTarget(mail(freePort()), "night@example.com"), true, "does not answer");
  }

  @Test
  void aWebhookGetsJsonWithItsHeadersAndIsNotFollowedElsewhere() throws Exception {
    Files.writeString(root.resolve("token"), SECRET + "\n");
    List<JsonNode> received = Collections.synchronizedList(new ArrayList<>());
    List<String> headers = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch ended = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          headers.add(exchange.getRequestHeaders().getFirst("Authorization"));
          headers.add(exchange.getRequestHeaders().getFirst("Content-Type"));
          received.add(new ObjectMapper().readTree(exchange.getRequestBody()));
          answer(exchange, 204);
        });
    server.createContext("/down", exchange -> answer(exchange, 503));
    server.createContext("/refused", exchange -> answer(exchange, 400));
    server.createContext(
        "/elsewhere",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/hook");
          answer(exchange, 307);
        });
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(exchange.getRequestURI().getQuery() == null ? 200 : 400, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            ended.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.createContext(
        "/silent",
        exchange -> {
          try {
            ended.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.setExecutor(java.util.concurrent.Executors.newCachedThreadPool());
    server.start();
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    try {
      hook(base + "/hook").tell(message());

      assertThat(headers).containsExactly(SECRET, "application/json");
      JsonNode json = received.get(0);
      assertThat(json.get("version").asInt()).isEqualTo(1);
      assertThat(json.at("/incidents/0/event").asText()).isEqualTo("opened");
      assertThat(json.at("/incidents/0/key/channel").asText()).isEqualTo("键");
      assertThat(json.at("/incidents/0/value").asDouble()).isEqualTo(3.0);
      assertThat(json.at("/incidents/1/event").asText()).isEqualTo("resolved");
      assertThat(json.at("/incidents/1/window").isNull()).isTrue();

      Files.writeString(root.resolve("address"), base + "/hook?sig=" + SECRET);
      hook("${file:address}").tell(message());
      assertThat(received).hasSize(2);

      assertNotTold(hook(base + "/down"), true, "status 503");
      assertNotTold(hook(base + "/refused"), false, "status 400");
      assertNotTold(hook(base + "/elsewhere"), false, "status 307");
      assertTimeoutPreemptively(
          Duration.ofMinutes(1),
          () -> {
            hook(base + "/endless").tell(message());
            assertNotTold(hook(base + "/endless?bad"), false, "status 400");
          },
          "an answer that never ends");
      assertNotTold(hook(base + "/silent"), true, "did not answer within 1 seconds");
      assertThat(received).hasSize(2);
      Files.writeString(root.resolve("address"), "no address " + SECRET);
      assertNotTold(hook("${file:address}"), false, "leads to no address");
      assertNotTold(hook("${file:missing}"), false, "cannot be read");
    } finally {
      ended.countDown();
      server.stop(0);
    }
    assertNotTold(hook("http://127.0.0.1:" + freePort() + "/" + SECRET), true, "cannot be reached");
  }

  @Test
  void aProgramGetsJsonOnItsInputAndItsExitCodeCounts() throws Exception {
    Path page = script("page", "cat > \"$1\"\n");
    Path paged = root.resolve("paged.json");
    new CommandTarget("pager", command("./page", paged.toString()), root).tell(message());

    assertThat(new ObjectMapper().readTree(paged.toFile()).at("/incidents/0/alert").asText())
        .isEqualTo("few");

    script("fails", "echo \"no line, token=" + SECRET + "\" >&2\nexit 7\n");
    assertNotTold(
        new CommandTarget("pager", command("./fails"), root), false, "exit code 7: no line");
    script(
        "wordy",
        "head -c 3000000 /dev/zero | tr '\\0' 'x' >&2\necho >&2\necho 'no line' >&2\nexit 8\n");
    assertNotTold(
        new CommandTarget("pager", command("./wordy"), root), false, "exit code 8: no line");
    script("hangs", "sleep 600\n");
    Command hanging = new Command(List.of("./hangs"), Duration.ofSeconds(1));
    assertNotTold(new CommandTarget("pager", hanging, root), false, "did not end within 1 seconds");
    script(
        "loud",
        "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done\n");
    new CommandTarget("pager", command("./loud"), root).tell(message());

    assertThat(CommandTarget.problem(command("./page"), root)).isEmpty();
    assertThat(CommandTarget.problem(command("sh"), root)).isEmpty();
    assertThat(CommandTarget.problem(command("./missing"), root).orElseThrow())
        .contains("chmod +x");
    assertThat(page.toFile().setExecutable(false)).isTrue();
    assertThat(CommandTarget.problem(command("./page"), root)).isPresent();
    assertThat(CommandTarget.problem(command("no-such-program-anywhere"), root).orElseThrow())
        .contains("PATH");
  }

  private Path script(String name, String text) throws IOException {
    Path file = Files.writeString(root.resolve(name), "#!/bin/sh\n" + text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private static Command command(String... words) {
    return new Command(List.of(words), Duration.ofSeconds(30));
  }

  private WebhookTarget hook(String url) {
    return new WebhookTarget(
        "hook",
        new Webhook(url, Map.of("Authorization", "${file:token}"), Duration.ofSeconds(1)),
        root);
  }

  private static MailSettings mail(int port) {
    return new MailSettings(
        "localhost",
        port,
        Security.NONE,
        null,
        null,
        null,
        Duration.ofSeconds(5),
        1,
        Duration.ofSeconds(1),
        "tidemark@example.com",
        null,
        Map.of(MailSettings.DEFAULT, List.of("ann@example.com")));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private static void assertNotTold(Target target, boolean passes, String why) {
    assertThatThrownBy(() -> target.tell(message()))
        .isInstanceOf(NotToldException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining(SECRET)
        .satisfies(e -> assertThat(((NotToldException) e).passes()).isEqualTo(passes));
  }

  private static AlertMessage message() {
    Incident few =
        new Incident(
            "1",
            LocalDate.of(2026, 3, 14),
            "dws_click_1min",
            "few",
            Map.of("channel", "键"),
            Kind.CONDITION,
            "pv below 10, in 3 windows in a row",
            NOON.minusSeconds(120),
            3.0,
            null,
            NOON,
            null,
            0,
            null,
            Set.of(),
            Set.of(),
            null,
            null,
            false);
    Incident stale =
        new Incident(
            "2",
            LocalDate.of(2026, 3, 14),
            "dws_click_1min",
            "stale",
            Map.of(),
            Kind.CONDITION,
            "less fresh than 5 minutes",
            null,
            301.5,
            300.0,
            NOON.minusSeconds(600),
            NOON,
            0,
            NOON.minusSeconds(600),
            Set.of("x"),
            Set.of(),
            null,
            null,
            false);
    return new AlertMessage("test", ZoneOffset.UTC, NOON, List.of(few, stale));
  }
}
