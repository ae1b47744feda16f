package io.tidemark.catalog;

import io.tidemark.catalog.config.Secrets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;

/**
 * One place where Tidemark runs, as read from {@code conf/env/NAME.yml}.
 *
 * @param name the file's name without its ending
 * @param timeZone where the warehouse's business day begins and ends
 * @param catalog where the tables are
 * @param checkpoints directory that holds what streams remember
 * @param kafka where messages come from
 * @param stream how large the steps of a stream are
 * @param spark settings of the Spark session
 * @param reconciliation what is kept of comparisons
 * @param databases the databases that mirrors are held against, by the name of the source
 * @param connections the databases and Redis servers that sinks write to, by name
 * @param report where the daily report is written; {@code null} to do without one
 * @param mail whom it is sent to; {@code null} when it is not
 * @param metrics where a driver of streams serves its metrics; {@code null} when it does not
 * @param alerts who is told of alerts
 */
public record Environment(
    String name,
    ZoneId timeZone,
    CatalogSettings catalog,
    Path checkpoints,
    KafkaSettings kafka,
    StreamSettings stream,
    Map<String, String> spark,
    ReconciliationSettings reconciliation,
    Map<String, DatabaseSettings> databases,
    Map<String, ConnectionSettings> connections,
    ReportSettings report,
    MailSettings mail,
    MetricsSettings metrics,
    AlertSettings alerts) {
  /** Settings that follow from other keys, or that the tables cannot do without. */
  private static final Map<String, String> OWN =
      Map.of(
          "spark.sql.session.timeZone", "set 'time-zone' instead",
          "spark.sql.defaultCatalog", "set 'catalog.name' instead",
          "spark.sql.datetime.java8API.enabled", "remove it",
          "spark.sql.extensions", "remove it",
          "spark.serializer", "remove it",
          "spark.serializer.objectStreamReset", "remove it");

  /** What to do with a setting that turns the lock of Hive tables off. */
  static final String LOCK_REMEDY =
      "turns off the lock by which a Hive Metastore tells two writers apart, and commits would be"
          + " lost; remove it";

  public Environment {
    spark = Map.copyOf(spark);
    databases = Map.copyOf(databases);
    connections = Map.copyOf(connections);
    for (String setting : spark.keySet()) {
      if (OWN.containsKey(setting)) {
        throw new IllegalArgumentException(
            "sets '" + setting + "' below spark, which Tidemark sets itself; " + OWN.get(setting));
      }
      if (!setting.startsWith("spark.")) {
        throw new IllegalArgumentException(
            "sets '"
                + setting
                + "' below spark, which Spark ignores; write 'spark."
                + setting
                + "'");
      }
      String own = "spark.sql.catalog." + catalog.name();
      if (setting.equals(own) || setting.startsWith(own + ".")) {
        throw new IllegalArgumentException(
            "sets '" + setting + "' below spark; write it among catalog.properties instead");
      }
      if (unlocksHive(setting)) {
        throw new IllegalArgumentException(
            "sets '" + setting + "' below spark, which " + LOCK_REMEDY);
      }
    }
  }

  /**
   * An environment without databases, connections, reports, metrics and receivers of alerts, which
   * keeps of comparisons the default.
   */
  public Environment(
      String name,
      ZoneId timeZone,
      CatalogSettings catalog,
      Path checkpoints,
      KafkaSettings kafka,
      StreamSettings stream,
      Map<String, String> spark) {
    this(
        name,
        timeZone,
        catalog,
        checkpoints,
        kafka,
        stream,
        spark,
        ReconciliationSettings.DEFAULT,
        Map.of(),
        Map.of(),
        null,
        null,
        null,
        AlertSettings.NONE);
  }

  /** Whether a setting decides on the lock of Hive tables, which Tidemark leaves on. */
  static boolean unlocksHive(String setting) {
    return setting.endsWith("engine.hive.lock-enabled");
  }

  @Override
  public String toString() {
    return "Environment[name="
        + name
        + ", timeZone="
        + timeZone
        + ", catalog="
        + catalog
        + ", checkpoints="
        + checkpoints
        + ", kafka="
        + kafka
        + ", stream="
        + stream
        + ", spark="
        + Secrets.redact(spark)
        + ", reconciliation="
        + reconciliation
        + ", databases="
        + databases
        + ", connections="
        + connections
        + ", report="
        + report
        + ", mail="
        + mail
        + ", metrics="
        + metrics
        + ", alerts="
        + alerts
        + "]";
  }
}
