package io.tidemark.tests.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Tidemark;
import io.tidemark.tests.broker.LocalBroker;
import io.tidemark.tests.fault.SharedBroker;
import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.servers.PostgreSql;
import io.tidemark.tests.servers.SharedServers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a verb says, and with which code it leaves, when its catalog cannot be used. */
@AnyZone
class CatalogDownTest {
  @TempDir private Path home;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type: hive\nuri: thrift://localhost:%d\nwarehouse: /lake",
        "type: rest\nuri: http://localhost:%d",
        "type: jdbc\nuri: jdbc:postgresql://localhost:%d/lake\nwarehouse: /lake"
      })
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void oneThatIsDownIsNamedAndMayBeTriedAgain(String catalog) {
    int port = LocalBroker.freePort();

    assertThat(run(catalog.formatted(port), "sql", "SHOW NAMESPACES")).isEqualTo(ExitCodes.FAILURE);

    assertThat(err.toString())
        .contains("the catalog at ", "localhost:" + port, " does not answer: ", "catalog.uri")
        .doesNotContain("\tat ");
  }

  @Test
  void aWrongPasswordIsRefusedAndNotShown() throws Exception {
    assumeTrue(PostgreSql.isInstalled(), PostgreSql.NOT_INSTALLED);
    String uri = SharedServers.postgreSql().createDatabase("wrong_password");
    Path password = Files.writeString(home.resolve("password"), "hush-hush");
    String catalog =
        "type: jdbc\nuri: %s\nwarehouse: /lake\nuser: %s\npassword: ${file:%s}"
            .formatted(uri, PostgreSql.USER, password);

    assertThat(run(catalog, "sql", "SHOW NAMESPACES")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString())
        .contains(uri + " refuses the environment", "password authentication failed")
        .doesNotContain("hush", "\tat ");
  }

  @Test
  void aDatabaseThatIsNotThereIsRefused() {
    assumeTrue(PostgreSql.isInstalled(), PostgreSql.NOT_INSTALLED);
    String uri = SharedServers.postgreSql().createDatabase("there").replace("/there", "/not_there");
    String catalog = PostgresCatalogTest.onDatabase(home, "lake", uri);

    assertThat(run(catalog, "sql", "SHOW NAMESPACES")).isEqualTo(ExitCodes.REFUSED);

    assertThat(err.toString()).contains("database \"not_there\" does not exist");
  }

  @Test
  void verbsThatNeedNoTableDoWithoutTheCatalog() {
    String catalog =
        "type: hive\nuri: thrift://localhost:%d\nwarehouse: /lake"
            .formatted(LocalBroker.freePort());

    assertThat(run(catalog, "validate")).isEqualTo(ExitCodes.OK);
    assertThat(err.toString())
        .contains("note: what is there was not compared: the catalog at ", " does not answer");
    assertThat(run(catalog, "settings")).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains("spark.sql.catalog.tidemark.type hive")
        .contains("spark.sql.catalog.tidemark.hadoop.iceberg.engine.hive.lock-enabled true");
    assertThat(run(catalog, "settings", "--for", "trino")).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains("iceberg.catalog.type=hive_metastore")
        .contains("hive.metastore.uri=thrift://localhost:");
  }

  private int run(String catalog, String... verb) {
    CatalogProject project =
        new CatalogProject(home, SharedBroker.get().bootstrapServers(), catalog);
    List<String> arguments = new ArrayList<>(List.of(verb));
    arguments.addAll(List.of("--conf", project.conf().toString()));
    CommandLine line = Tidemark.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments.toArray(String[]::new));
  }
}
