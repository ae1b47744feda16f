package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import java.util.List;
import java.util.Objects;

/**
 * Carries what the readers of a table see to where it is served: the whole once, then what changed.
 * It writes no table of the lakehouse, and so is no {@link JobSpec}.
 *
 * @param name unique among all jobs and sinks
 * @param description what it is for, in a sentence; may be empty
 * @param owner who answers for it; empty when nobody was named
 * @param input the table, which a job writes; where it has a view, the view is what is carried
 * @param columns what is written beside the columns of the key; empty for all that a reader sees
 * @param target where to
 */
public record SinkSpec(
    String name,
    String description,
    String owner,
    TableName input,
    List<String> columns,
    Target target) {
  /** Where rows are written; two sinks never have the same. */
  public sealed interface Target permits Jdbc, Kafka, Redis {}

  /**
   * A table of a database.
   *
   * @param connection its name in the environment
   * @param table its name, with or without a schema
   * @param create whether it is created when it is not there
   */
  public record Jdbc(String connection, String table, boolean create) implements Target {
    @Override
    public boolean equals(Object other) {
      return other instanceof Jdbc it && connection.equals(it.connection) && table.equals(it.table);
    }

    @Override
    public int hashCode() {
      return Objects.hash(connection, table);
    }

    @Override
    public String toString() {
      return "table %s of %s".formatted(table, connection);
    }
  }

  /**
   * A topic of the environment's brokers.
   *
   * @param topic its name
   */
  public record Kafka(String topic) implements Target {
    @Override
    public String toString() {
      return "topic " + topic;
    }
  }

  /**
   * Hashes of a Redis.
   *
   * @param connection its name in the environment
   * @param prefix what their names begin with
   */
  public record Redis(String connection, String prefix) implements Target {
    @Override
    public String toString() {
      return "%s:* of %s".formatted(prefix, connection);
    }
  }

  public SinkSpec {
    columns = List.copyOf(columns);
  }

  /** The command that writes all rows of a sink again, for messages. */
  public static String reloading(String name) {
    return "./tidemark run %s --mode catchup --reload".formatted(name);
  }
}
