package io.tidemark.tests.catalog;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.tests.servers.PostgreSql;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The contract on PostgreSQL and Kafka as their projects publish them, where Docker runs. */
class ContainersCatalogTest extends CatalogContract {
  private static final String NO_DOCKER =
      "no Docker answers on this machine; the same is run on servers without it by"
          + " PostgresCatalogTest";

  private KafkaContainer kafka;
  private PostgreSQLContainer postgres;

  @Override
  String brokers() {
    boolean docker = DockerClientFactory.instance().isDockerAvailable();
    if (!docker) {
      System.out.println("ContainersCatalogTest: not run: " + NO_DOCKER);
    }
    assumeTrue(docker, NO_DOCKER);
    kafka = new KafkaContainer("apache/kafka:3.9.2");
    kafka.start();
    return kafka.getBootstrapServers();
  }

  @Override
  String catalog(Path home) {
    postgres =
        new PostgreSQLContainer("postgres:17")
            .withDatabaseName("contract")
            .withUsername(PostgreSql.USER)
            .withPassword(PostgreSql.PASSWORD);
    postgres.start();
    return PostgresCatalogTest.onDatabase(home, "containers_lake", postgres.getJdbcUrl());
  }

  @AfterAll
  void stop() {
    if (kafka != null) {
      kafka.stop();
    }
    if (postgres != null) {
      postgres.stop();
    }
  }
}
