package io.tidemark.jobs.sink;

import io.tidemark.catalog.Environment;
import io.tidemark.jobs.spec.SinkSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** Opens what sinks write to. */
public final class SinkTargets {
  private SinkTargets() {}

  /**
   * Where a sink writes; nothing is connected yet.
   *
   * @param environment has the connection that the sink names
   */
  public static SinkTarget of(SinkSpec sink, Environment environment) {
    if (sink.target() instanceof SinkSpec.Jdbc jdbc) {
      return new JdbcTarget(sink.name(), jdbc, environment.connections().get(jdbc.connection()));
    }
    if (sink.target() instanceof SinkSpec.Redis redis) {
      return new RedisTarget(sink.name(), redis, environment.connections().get(redis.connection()));
    }
    return new KafkaTarget(sink.name(), (SinkSpec.Kafka) sink.target(), environment.kafka());
  }

  /** The statements by which a table of a database is made and written, each with what it is. */
  public static Map<String, String> statements(
      SinkSpec sink, SinkLayout layout, Environment environment) {
    Map<String, String> statements = new LinkedHashMap<>();
    if (sink.target() instanceof SinkSpec.Jdbc jdbc) {
      SqlDialect dialect = SqlDialect.of(environment.connections().get(jdbc.connection()));
      String when = jdbc.create() ? "where it is not there" : "by you: 'create: false'";
      statements.put(
          "the table is created " + when, dialect.createTable(jdbc.table(), layout.columns()));
      statements.put("a row is written", dialect.upsert(jdbc.table(), layout.columns()));
      statements.put("a row that is gone is deleted", dialect.delete(jdbc.table()));
    }
    return statements;
  }
}
