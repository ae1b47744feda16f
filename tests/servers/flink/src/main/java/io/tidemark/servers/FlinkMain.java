package io.tidemark.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * Runs streams of Flink SQL in this JVM, one request after the other, so that the second finds it
 * warm. A request is lines of {@code key=value} for Flink's configuration, an empty line, and
 * statements with a line that is only {@code ---} between them. The answer comes when the last
 * statement has ended: 200 with the seconds they took on the clock and of all processors, or 500
 * with the failure.
 */
final class FlinkMain {
  private static final OperatingSystemMXBean MACHINE =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private FlinkMain() {}

  /**
   * @param args the port to listen at
   */
  public static void main(String[] args) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
    HttpServer server = HttpServer.create(address, 0);
    server.createContext("/", FlinkMain::answer);
    server.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    int status = 200;
    String answer;
    try {
      answer = run(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } catch (ExecutionException | RuntimeException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      status = 500;
      answer = trace.toString();
    }
    byte[] bytes = answer.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String run(String request) throws InterruptedException, ExecutionException {
    String[] parts = request.split("\n\n", 2);
    Map<String, String> options = new HashMap<>();
    parts[0].lines().map(line -> line.split("=", 2)).forEach(pair -> options.put(pair[0], pair[1]));
    long begun = System.nanoTime();
    long cpuBegun = MACHINE.getProcessCpuTime();
    TableEnvironment tables =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inStreamingMode()
                .withConfiguration(Configuration.fromMap(options))
                .build());
    for (String statement : parts[1].split("(?m)^---$")) {
      tables.executeSql(statement.strip()).await();
    }
    return String.format(
        Locale.ROOT,
        "%f %f",
        (System.nanoTime() - begun) / 1e9,
        (MACHINE.getProcessCpuTime() - cpuBegun) / 1e9);
  }
}
