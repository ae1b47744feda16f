package io.tidemark.jobs.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.ConnectionSettings;
import io.tidemark.catalog.ConnectionSettings.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases that do not answer as they should, without one. */
class JdbcConnectionTest {
  @ParameterizedTest
  @CsvSource({"POSTGRESQL, postgresql", "MYSQL, mysql"})
  @Timeout(30)
  void whoTakesConnectionsAndSaysNothingDoesNotAnswer(Kind kind, String scheme) throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        JdbcConnection connection =
            connection(
                kind, "jdbc:%s://127.0.0.1:%d/db".formatted(scheme, silent.getLocalPort()))) {
      assertThatThrownBy(() -> connection.run(Duration.ofMillis(500), database -> database))
          .isInstanceOf(SinkUnavailableException.class);
    }
  }

  @Test
  void ofABatchThatFailedWhatTheServerSaidIsTold() {
    SQLException server = new SQLException("ERROR: too long " + "x".repeat(5_000), "22001");
    BatchUpdateException batch =
        new BatchUpdateException("INSERT … VALUES ('a secret row') was aborted", "22001", 0, null);
    batch.setNextException(server);
    JdbcConnection connection = connection(Kind.POSTGRESQL, "jdbc:postgresql://127.0.0.1:1/db");

    RuntimeException told = connection.failure(batch);

    assertThat(told)
        .isInstanceOf(SinkRefusedException.class)
        .hasMessageContaining("ERROR: too long x")
        .hasMessageContaining("(SQL state 22001)");
    for (Throwable each = told; each != null; each = each.getCause()) {
      assertThat(each.getMessage()).doesNotContain("a secret row").hasSizeLessThan(2_500);
    }
  }

  private static JdbcConnection connection(Kind kind, String url) {
    return new JdbcConnection(
        "pg_a",
        new ConnectionSettings("c", kind, url, "ann", null, Path.of("."), Duration.ofSeconds(1)));
  }
}
