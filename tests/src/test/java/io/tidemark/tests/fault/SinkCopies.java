package io.tidemark.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.ConnectionSettings;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.SinkSpec;
import io.tidemark.tests.lakehouse.LocalLakehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** What sinks have written, held against what readers of their tables see. */
final class SinkCopies {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LocalLakehouse house;

  SinkCopies(LocalLakehouse house) {
    this.house = house;
  }

  /** Every copy has exactly the rows that a reader sees. */
  void assertEqual(String why) {
    assertEqual(house.jobs().sinks(), why);
  }

  /** The same of some sinks. */
  void assertEqual(List<SinkSpec> sinks, String why) {
    Map<String, List<String>> seen = new HashMap<>();
    for (SinkSpec sink : sinks) {
      List<String> rows =
          seen.computeIfAbsent(sink.input().toString(), table -> seen(writer(sink)));
      assertThat(rows).as("rows of %s, %s", sink.input(), why).isNotEmpty();
      assertThat(copy(sink))
          .as("what %s has written, %s", sink.name(), why)
          .containsExactlyInAnyOrderElementsOf(rows);
    }
  }

  private JobSpec writer(SinkSpec sink) {
    return house.jobs().writerOf(sink.input()).orElseThrow();
  }

  private List<String> seen(JobSpec job) {
    List<String> rows = new ArrayList<>();
    for (Row row : house.main(job).collectAsList()) {
      Map<String, String> values = new TreeMap<>();
      for (int i = 0; i < row.size(); i++) {
        values.put(row.schema().fieldNames()[i], text(row.get(i)));
      }
      rows.add(values.toString());
    }
    return rows;
  }

  private static String text(Object value) {
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : String.valueOf(value);
  }

  private List<String> copy(SinkSpec sink) {
    if (sink.target() instanceof SinkSpec.Jdbc jdbc) {
      return ofDatabase(jdbc, house.tables().shown(writer(sink)));
    }
    return sink.target() instanceof SinkSpec.Redis redis
        ? ofRedis(redis, house.tables().shown(writer(sink)))
        : ofTopic((SinkSpec.Kafka) sink.target());
  }

  /** Does something in the database of a sink. */
  static void execute(LocalLakehouse house, String connection, String sql) {
    try (Connection database = connect(house, connection);
        Statement statement = database.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static Connection connect(LocalLakehouse house, String name) throws SQLException {
    ConnectionSettings settings = house.lake().environment().connections().get(name);
    return DriverManager.getConnection(
        settings.url().replace("jdbc:mysql:", "jdbc:mariadb:"),
        settings.user(),
        settings.resolvedPassword());
  }

  private List<String> ofDatabase(SinkSpec.Jdbc jdbc, StructType shown) {
    boolean zoned =
        house.lake().environment().connections().get(jdbc.connection()).kind()
            == ConnectionSettings.Kind.POSTGRESQL;
    List<String> rows = new ArrayList<>();
    try (Connection database = connect(house, jdbc.connection());
        Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery("SELECT * FROM " + jdbc.table())) {
      while (found.next()) {
        Map<String, String> values = new TreeMap<>();
        for (StructField field : shown.fields()) {
          values.put(field.name(), text(value(found, field, zoned)));
        }
        rows.add(values.toString());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read " + jdbc, e);
    }
    return rows;
  }

  private static Object value(ResultSet row, StructField field, boolean zoned) throws SQLException {
    String name = field.name();
    if (row.getObject(name) == null) {
      return null;
    }
    return switch (field.dataType().typeName().replaceFirst("\\(.*", "")) {
      case "timestamp" ->
          zoned
              ? row.getObject(name, OffsetDateTime.class).toInstant()
              : row.getObject(name, LocalDateTime.class).toInstant(ZoneOffset.UTC);
      case "date" -> row.getObject(name, LocalDate.class);
      case "boolean" -> row.getBoolean(name);
      case "decimal" -> row.getBigDecimal(name);
      case "double" -> row.getDouble(name);
      case "integer", "long" -> row.getLong(name);
      default -> row.getString(name);
    };
  }

  /** A client of the Redis of a connection. */
  static Jedis redis(LocalLakehouse house, String connection) {
    ConnectionSettings settings = house.lake().environment().connections().get(connection);
    URI address = URI.create(settings.url());
    return new Jedis(
        new HostAndPort(address.getHost(), address.getPort()),
        DefaultJedisClientConfig.builder().password(settings.resolvedPassword()).build());
  }

  private List<String> ofRedis(SinkSpec.Redis target, StructType shown) {
    List<String> rows = new ArrayList<>();
    try (Jedis redis = redis(house, target.connection())) {
      ScanParams all = new ScanParams().match(target.prefix() + ":{*").count(1_000);
      Set<String> names = new HashSet<>();
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        ScanResult<String> found = redis.scan(cursor, all);
        names.addAll(found.getResult());
        cursor = found.getCursor();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
      for (String name : names) {
        Map<String, String> fields = redis.hgetAll(name);
        Map<String, String> values = new TreeMap<>();
        for (String column : shown.fieldNames()) {
          values.put(column, fields.getOrDefault(column, "null"));
        }
        assertThat(fields).containsKeys("_version", "_snapshot");
        rows.add(values.toString());
      }
    }
    return rows;
  }

  /** The rows that a reader of committed messages has in the end, each version of which is once. */
  private List<String> ofTopic(SinkSpec.Kafka kafka) {
    Map<String, String> rows = new HashMap<>();
    Map<String, Long> versions = new HashMap<>();
    for (String message : messages(kafka.topic())) {
      JsonNode read = parse(message);
      String key = read.get("key").toString();
      long version = read.get("version").asLong();
      Long before = versions.put(key, version);
      assertThat(before == null || before < version)
          .as("version %d of %s comes once and behind %s", version, key, before)
          .isTrue();
      if (read.get("op").asText().equals("delete")) {
        rows.remove(key);
      } else {
        Map<String, String> values = new TreeMap<>();
        read.get("row")
            .fields()
            .forEachRemaining(
                field ->
                    values.put(
                        field.getKey(),
                        field.getValue().isDouble()
                            ? Double.toString(field.getValue().doubleValue())
                            : field.getValue().asText("null")));
        rows.put(key, values.toString());
      }
    }
    return List.copyOf(rows.values());
  }

  private static JsonNode parse(String message) {
    try {
      return JSON.readTree(message);
    } catch (IOException e) {
      throw new UncheckedIOException(message, e);
    }
  }

  /** All committed messages of a topic, each partition's in order. */
  static List<String> messages(String topic) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            SharedBroker.get().bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    List<String> messages = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
          messages.add(each.value());
        }
      }
    }
    return messages;
  }
}
