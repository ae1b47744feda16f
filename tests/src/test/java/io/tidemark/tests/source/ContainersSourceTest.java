package io.tidemark.tests.source;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tidemark.tests.lakehouse.AnyZone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The tests of sources on Kafka as its project publishes it, where Docker runs. */
@AnyZone
class ContainersSourceTest {
  private static final String NO_DOCKER =
      "no Docker answers on this machine; the same is run on a broker without it by"
          + " StartPositionTest, OffsetsVerbTest, TopicsVerbTest, SourceVerbTest and SplitTopicTest";

  private static KafkaContainer kafka;

  @BeforeAll
  static void start() {
    boolean docker = DockerClientFactory.instance().isDockerAvailable();
    if (!docker) {
      System.out.println("ContainersSourceTest: not run: " + NO_DOCKER);
    }
    assumeTrue(docker, NO_DOCKER);
    // The record timestamps of the tests are days that have been, or are to come.
    kafka =
        new KafkaContainer("apache/kafka:3.9.2")
            .withEnv("KAFKA_NUM_PARTITIONS", "2")
            .withEnv("KAFKA_LOG_RETENTION_MS", "-1")
            .withEnv("KAFKA_LOG_MESSAGE_TIMESTAMP_AFTER_MAX_MS", Long.toString(Long.MAX_VALUE));
    kafka.start();
  }

  @AfterAll
  static void stop() {
    if (kafka != null) {
      kafka.stop();
    }
  }

  @Nested
  class StartPositions extends StartPositionTest {
    @Override
    String brokers() {
      return kafka.getBootstrapServers();
    }
  }

  @Nested
  class Offsets extends OffsetsVerbTest {
    @Override
    String brokers() {
      return kafka.getBootstrapServers();
    }
  }

  @Nested
  class Topics extends TopicsVerbTest {
    @Override
    String brokers() {
      return kafka.getBootstrapServers();
    }
  }

  @Nested
  class Sources extends SourceVerbTest {
    @Override
    String brokers() {
      return kafka.getBootstrapServers();
    }
  }

  @Nested
  class Splits extends SplitTopicTest {
    @Override
    String brokers() {
      return kafka.getBootstrapServers();
    }
  }
}
