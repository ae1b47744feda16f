package io.tidemark.jobs.database;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a person needs to have Debezium capture the tables: its configuration, and the SQL that a
 * table's owner runs before.
 *
 * @param name of the source
 * @param user that the log is read as
 * @param passwordVariable the environment variable of the Kafka Connect worker with the password
 * @param brokers of the Kafka that Tidemark reads
 */
public record ConnectorDraft(
    String name, DatabaseAddress address, String user, String passwordVariable, String brokers) {
  /** A partition does not take it from its table, by an index least of all. */
  private static final String OF_PARTITIONS =
      "   -- and the same for each partition, by its own index; also for those made later";

  String properties(List<DraftTable> tables) {
    String ssl = address.options().get("sslmode");
    return """
        # Debezium's connector for PostgreSQL, for Kafka Connect. The settings from decimal.handling.mode on are
        # those that the jobs in conf/jobs/ods/%1$s count on. No secret stands here: the worker takes the password
        # from its environment, with
        #   config.providers=env
        #   config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
        # Before the first start, the owner of the tables runs %1$s.sql.
        name=%1$s
        connector.class=io.debezium.connector.postgresql.PostgresConnector
        tasks.max=1
        plugin.name=pgoutput
        database.hostname=%2$s
        database.port=%3$d
        database.dbname=%4$s
        database.user=%5$s
        database.password=${env:%6$s}
        %7$stopic.prefix=%1$s
        slot.name=%8$s
        publication.name=%8$s
        # %1$s.sql makes the publication: the connector's user does not have to own the tables.
        publication.autocreate.mode=disabled
        snapshot.mode=initial
        # An idle table must not keep the server from removing its log.
        heartbeat.interval.ms=60000
        decimal.handling.mode=string
        time.precision.mode=adaptive
        interval.handling.mode=string
        hstore.handling.mode=json
        # Not base64: that writes NULL for a large value that an update leaves as it is.
        binary.handling.mode=bytes
        money.fraction.digits=2
        # The default leaves a TRUNCATE out, and mirrors would keep the rows.
        skipped.operations=none
        # A message on this topic has tables read again: docs/sources.md, A database. For brokers with TLS or passwords
        # add their settings as signal.consumer.NAME.
        signal.enabled.channels=kafka
        signal.kafka.topic=%1$s.signal
        signal.kafka.bootstrap.servers=%10$s
        key.converter=org.apache.kafka.connect.json.JsonConverter
        key.converter.schemas.enable=false
        value.converter=org.apache.kafka.connect.json.JsonConverter
        # A schema in every message is several times the row; the jobs read both.
        value.converter.schemas.enable=false
        # Names of tables as regular expressions.
        table.include.list=\\
        %9$s
        """
        .formatted(
            name,
            property(address.host()),
            address.port(),
            property(address.database()),
            property(user),
            passwordVariable,
            ssl == null ? "" : "database.sslmode=" + property(ssl) + "\n",
            DatabaseDraft.slot(name),
            tables.stream()
                .map(table -> "  " + pattern(table))
                .collect(Collectors.joining(",\\\n")),
            property(brokers));
  }

  String setup(List<DraftTable> tables) {
    StringBuilder sql = new StringBuilder();
    sql.append(
        """
        -- For the owner of the tables, before the connector first starts. The server needs wal_level = logical, and the
        -- user who reads the log REPLICATION, CONNECT, USAGE on the schemas and SELECT on the tables.
        """);
    List<DraftTable> changed =
        tables.stream().filter(table -> table.identity().change() != null).toList();
    if (!changed.isEmpty()) {
      sql.append(
          """

          -- Which columns of an old row the log has. Without them PostgreSQL refuses the application's updates and deletes of
          -- these tables from the moment they are published. FULL writes whole rows: the log grows with them.
          """);
    }
    for (DraftTable table : changed) {
      sql.append(identityOf(table).orElseThrow() + "\n");
    }
    sql.append(
        "\nCREATE PUBLICATION " + SqlNames.quoted(DatabaseDraft.slot(name)) + " FOR TABLE\n");
    sql.append(
        tables.stream()
            .map(table -> "  " + SqlNames.quoted(table.table()))
            .collect(Collectors.joining(",\n")));
    // A partition's changes are those of the table that a mirror is declared for.
    sql.append(
        tables.stream().anyMatch(table -> table.table().partitioned())
            ? "\n  WITH (publish_via_partition_root = true);\n"
            : ";\n");
    return sql.toString();
  }

  /** What is no letter or digit stands for any character; the publication bounds it. */
  static String pattern(DraftTable table) {
    return table.table().qualified().replaceAll("[^A-Za-z0-9_]", ".");
  }

  /** The statement by which a table's log gets what it needs; nothing when it has it. */
  static Optional<String> identityOf(DraftTable table) {
    return Optional.ofNullable(table.identity().change())
        .map(change -> "ALTER TABLE " + SqlNames.quoted(table.table()) + " " + change + ";")
        .map(sql -> table.table().partitioned() ? sql + OF_PARTITIONS : sql);
  }

  private static String property(String value) {
    return value.replace("\\", "\\\\");
  }
}
