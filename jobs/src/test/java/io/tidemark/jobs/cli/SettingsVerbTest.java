package io.tidemark.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.Project;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is printed for other engines is what they read from it. */
class SettingsVerbTest {
  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "back\\slash\\n", "=base64=", ":colon", "#hash!", "ünï é"})
  void aPasswordIsReadAsItIs(String password) throws IOException {
    Files.writeString(root.resolve("password"), password);
    new Project(root)
        .with(
            "env/test.yml",
            """
            time-zone: UTC
            catalog:
              type: jdbc
              uri: jdbc:postgresql://db:5432/lake
              warehouse: /lake
              user: tidemark
              password: ${file:password}
            checkpoints: c
            kafka: { bootstrap-servers: "one:9092" }
            """);

    assertThat(printed("spark").getProperty("spark.sql.catalog.tidemark.jdbc.password"))
        .isEqualTo(password);
    assertThat(printed("trino").getProperty("iceberg.jdbc-catalog.connection-password"))
        .isEqualTo(password);
  }

  private Properties printed(String engine) throws IOException {
    StringWriter out = new StringWriter();
    CommandLine line = Tidemark.commandLine().setOut(new PrintWriter(out, true));
    int code =
        line.execute(
            "settings",
            "--for",
            engine,
            "--env",
            "test",
            "--conf",
            root.resolve("conf").toString());
    assertThat(code).as(out.toString()).isEqualTo(ExitCodes.OK);
    Properties properties = new Properties();
    // As Trino does; a reader of UTF-8 makes the same of it.
    properties.load(new ByteArrayInputStream(out.toString().getBytes(StandardCharsets.UTF_8)));
    return properties;
  }
}
