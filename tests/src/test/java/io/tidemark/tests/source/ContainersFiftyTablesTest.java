package io.tidemark.tests.source;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.tests.servers.PostgreSql;
import org.junit.jupiter.api.AfterEach;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** Fifty tables of a PostgreSQL as its project publishes it, where Docker runs. */
class ContainersFiftyTablesTest extends FiftyTablesContract {
  private static final String NO_DOCKER =
      "no Docker answers on this machine; the same is run on a server without it by"
          + " FiftyTablesTest";

  private PostgreSQLContainer postgres;

  @Override
  String source() {
    return "container";
  }

  @Override
  String database() {
    boolean docker = DockerClientFactory.instance().isDockerAvailable();
    if (!docker) {
      System.out.println("ContainersFiftyTablesTest: not run: " + NO_DOCKER);
    }
    assumeTrue(docker, NO_DOCKER);
    postgres =
        new PostgreSQLContainer("postgres:17")
            .withDatabaseName(source())
            .withUsername(PostgreSql.USER)
            .withPassword(PostgreSql.PASSWORD)
            .withCommand("postgres", "-c", "wal_level=logical", "-c", "fsync=off");
    postgres.start();
    return postgres.getJdbcUrl();
  }

  @AfterEach
  void stop() {
    if (postgres != null) {
      postgres.stop();
    }
  }
}
