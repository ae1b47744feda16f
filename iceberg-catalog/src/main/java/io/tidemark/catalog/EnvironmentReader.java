package io.tidemark.catalog;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Overrides;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.config.ValueType;
import io.tidemark.catalog.config.Values;
import io.tidemark.catalog.config.YamlFile;
import io.tidemark.catalog.config.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads an {@link Environment}; its keys are declared here. */
public final class EnvironmentReader {
  private static final ValueType<String> SERVERS =
      Values.of(
          "host:port, several with commas",
          text -> {
            if (Pattern.matches("[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*", text)) {
              return text;
            }
            throw new IllegalArgumentException(
                "is not a list of servers; write host:port, several with commas and no spaces");
          });

  private static final Key<Section> CATALOG =
      Key.section("catalog", CatalogReader.KEYS, "Where the tables are.");

  private static final Key<String> BOOTSTRAP_SERVERS =
      Key.required("bootstrap-servers", SERVERS, "The brokers to ask first.");
  private static final Key<Boolean> EMBEDDED =
      Key.withDefault(
          "embedded", Values.BOOLEAN, "false", "Whether Tidemark runs the broker itself.");
  private static final Key<Path> KAFKA_DATA =
      Key.optional(
          "data",
          Values.PATH,
          "Directory of the embedded broker, from the project's root; required for it.");
  private static final Key<Map<String, String>> KAFKA_PROPERTIES =
      Key.map(
          "properties",
          Values.ANY_TEXT,
          "Passed to every Kafka client, `security.protocol` for example; a value may be"
              + " `${env:NAME}` or `${file:PATH}`.");
  private static final Key<Section> SCHEMA_REGISTRY =
      Key.section(
          "schema-registry",
          SchemaRegistryReader.KEYS,
          "The registry that Avro and Protobuf schemas are in, any that speaks Confluent's API.");
  private static final Key<Section> KAFKA =
      Key.section(
          "kafka",
          Keys.of(BOOTSTRAP_SERVERS, EMBEDDED, KAFKA_DATA, KAFKA_PROPERTIES, SCHEMA_REGISTRY),
          "Where messages come from.");

  private static final Key<Duration> TRIGGER =
      Key.withDefault(
          "trigger",
          Values.POSITIVE_DURATION,
          "10 seconds",
          "Ingest jobs: time from the start of one micro-batch to the start of the next. Jobs behind"
              + " ODS: how long they wait when there was nothing to read.");
  private static final Key<Long> MAX_MESSAGES =
      Key.withDefault(
          "max-messages-per-micro-batch",
          Values.POSITIVE_LONG,
          "500000",
          "Messages read from Kafka at once, at most.");
  private static final Key<Long> MAX_ROWS =
      Key.withDefault(
          "max-rows-per-micro-batch",
          Values.POSITIVE_LONG,
          "2000000",
          "Rows read from a table at once, at most; a single file is never split.");
  private static final ValueType<Long> COUNT =
      Values.of(
          "whole number",
          text -> {
            if (Pattern.matches("\\d{1,9}", text)) {
              return Long.valueOf(text);
            }
            throw new IllegalArgumentException("is not a whole number; write digits only");
          });
  private static final Key<Long> RESTARTS =
      Key.optional(
          "times",
          COUNT,
          "How often in a row, that is without a micro-batch committed in between; then it is given"
              + " up. When left out, as often as it takes. What a restart cannot mend is given up"
              + " at once.");
  private static final Key<Duration> BACKOFF =
      Key.withDefault(
          "backoff",
          Values.DURATION,
          RestartSettings.DEFAULT.backoff().toSeconds() + " seconds",
          "How long it waits before the first of a row; twice as long before each that follows.");
  private static final Key<Duration> LONGEST_BACKOFF =
      Key.withDefault(
          "longest-backoff",
          Values.DURATION,
          RestartSettings.DEFAULT.longestBackoff().toMinutes() + " minutes",
          "What it waits at most.");
  private static final Key<Section> RESTART =
      Key.section(
          "restart",
          Keys.of(RESTARTS, BACKOFF, LONGEST_BACKOFF),
          "A stream that fails is begun again; the others of its driver go on meanwhile.");
  private static final Key<Section> STREAM =
      Key.section(
          "stream",
          Keys.of(TRIGGER, MAX_MESSAGES, MAX_ROWS, RESTART),
          "How large a stream's steps are, and what becomes of one that fails.");

  private static final Key<Long> METRICS_PORT =
      Key.optional(
          "port",
          Values.POSITIVE_LONG,
          "Where a driver of streams serves `/metrics` for Prometheus; it does not when left out.");
  private static final Key<Section> METRICS =
      Key.section("metrics", Keys.of(METRICS_PORT), "Figures of running streams.");

  private static final Key<Long> KEYS_KEPT =
      Key.withDefault(
          "keys-kept",
          Values.POSITIVE_LONG,
          "10000",
          "Keys kept in `ops.reconciliation_key` of each day, job and metric, at most; those that"
              + " differ most.");
  private static final Key<Section> RECONCILIATION =
      Key.section("reconciliation", Keys.of(KEYS_KEPT), "What is kept of comparisons.");

  private static final Key<ZoneId> TIME_ZONE =
      Key.required("time-zone", Values.TIME_ZONE, "Where the business day `dt` begins and ends.");
  private static final Key<Path> CHECKPOINTS =
      Key.required(
          "checkpoints",
          Values.PATH,
          "Directory that holds what streams remember, from the project's root.");
  private static final Key<Map<String, String>> SPARK =
      Key.map(
          "spark",
          Values.ANY_TEXT,
          "Settings of the Spark session, under their full names (`spark.sql...`). Tidemark sets the"
              + " session's time zone, default catalog and extensions itself.");

  private static final Key<Map<String, Section>> DATABASES =
      Key.map(
          "databases",
          Structures.section(DatabaseReader.KEYS),
          "Databases that mirrors are held against (`check`), under the names of their sources.");
  private static final Key<Map<String, Section>> CONNECTIONS =
      Key.map(
          "connections",
          Structures.section(ConnectionReader.KEYS),
          "Databases and Redis servers that sinks write to, under the names that their jobs use. See"
              + " [sinks](sinks.md).");

  private static final Key<Path> REPORT_FOLDER =
      Key.optional(
          "folder",
          Values.PATH,
          "Directory for the daily reports and the mail that waits for its server, from the"
              + " project's root; required for `report`.");
  private static final Key<Section> REPORT =
      Key.section("report", Keys.of(REPORT_FOLDER), "The daily report.");
  private static final Key<Section> MAIL =
      Key.section("mail", MailReader.KEYS, "Whom the daily report is sent to, and how.");

  private static final Key<Section> ALERTS =
      Key.section(
          "alerts", AlertSettingsReader.KEYS, "Who is told of [alerts](alerts.md), and how.");

  /** Everything that may stand in {@code conf/env/NAME.yml}. */
  public static final Keys KEYS =
      Keys.of(
          TIME_ZONE,
          CATALOG,
          CHECKPOINTS,
          KAFKA,
          STREAM,
          SPARK,
          RECONCILIATION,
          DATABASES,
          CONNECTIONS,
          REPORT,
          MAIL,
          METRICS,
          ALERTS);

  private final Path root;
  private final Problems problems;

  private EnvironmentReader(Path root, Problems problems) {
    this.root = root;
    this.problems = problems;
  }

  /**
   * Reads {@code conf/env/NAME.yml}.
   *
   * @param confDir the project's {@code conf}; paths in the file start from the directory it is in
   * @param overrides dotted keys of the command line, which win over the file
   * @return nothing after a problem was added
   */
  public static Optional<Environment> read(
      Path confDir, String name, Map<String, String> overrides, Problems problems) {
    Path conf = confDir.toAbsolutePath().normalize();
    return Optional.ofNullable(
        new EnvironmentReader(conf.getParent(), problems).read(conf, name, overrides));
  }

  private Environment read(Path conf, String name, Map<String, String> overrides) {
    String file = conf.getFileName() + "/env/" + name + ".yml";
    List<String> known = names(conf.resolve("env"));
    if (!known.contains(name)) {
      problems.add(
          new Problem(
              file,
              "file",
              "",
              "does not exist; "
                  + Suggestions.didYouMean(
                      name, known, "the environments are: " + String.join(", ", known))));
      return null;
    }
    Optional<YamlNode.Mapping> yaml =
        YamlFile.read(conf.resolve("env").resolve(name + ".yml"), file, problems);
    if (yaml.isEmpty()) {
      return null;
    }
    int before = problems.count();
    Section top =
        Section.read(Overrides.apply(yaml.get(), KEYS, overrides, problems), KEYS, problems);
    CatalogSettings catalog = CatalogReader.read(top.get(CATALOG), root);
    KafkaSettings kafka = kafka(top.get(KAFKA));
    StreamSettings stream = stream(top.get(STREAM));
    Map<String, DatabaseSettings> databases = DatabaseReader.read(top.get(DATABASES), root);
    Map<String, ConnectionSettings> connections = ConnectionReader.read(top.get(CONNECTIONS), root);
    ReportSettings report = report(top.get(REPORT));
    MailSettings mail = MailReader.read(top.get(MAIL), root);
    MetricsSettings metrics = metrics(top.get(METRICS));
    // A mail server that was refused is a problem already, and none of its receivers'.
    boolean sends = mail != null || top.get(MAIL) != null && !top.get(MAIL).sound();
    AlertSettings alerts = AlertSettingsReader.read(top.get(ALERTS), root, sends);
    return problems.count() > before
        ? null
        : top.build(
            () ->
                new Environment(
                    name,
                    top.get(TIME_ZONE),
                    catalog,
                    fromRoot(top.get(CHECKPOINTS)),
                    kafka,
                    stream,
                    top.get(SPARK),
                    new ReconciliationSettings(top.get(RECONCILIATION).get(KEYS_KEPT)),
                    databases,
                    connections,
                    report,
                    mail,
                    metrics,
                    alerts));
  }

  private KafkaSettings kafka(Section section) {
    if (section == null) {
      return null;
    }
    Map<String, String> properties = new TreeMap<>();
    Map<String, String> written = section.get(KAFKA_PROPERTIES);
    if (written != null) {
      written.forEach(
          (name, value) ->
              properties.put(
                  name, CatalogReader.resolved(section, KAFKA_PROPERTIES, name, value, root)));
    }
    SchemaRegistrySettings registry = SchemaRegistryReader.read(section.get(SCHEMA_REGISTRY), root);
    return section.build(
        () ->
            new KafkaSettings(
                section.get(BOOTSTRAP_SERVERS),
                section.get(EMBEDDED),
                fromRoot(section.get(KAFKA_DATA)),
                properties,
                registry));
  }

  private StreamSettings stream(Section section) {
    return section == null
        ? null
        : section.build(
            () ->
                new StreamSettings(
                    section.get(TRIGGER),
                    section.get(MAX_MESSAGES),
                    section.get(MAX_ROWS),
                    new RestartSettings(
                        section.get(RESTART).get(RESTARTS),
                        section.get(RESTART).get(BACKOFF),
                        section.get(RESTART).get(LONGEST_BACKOFF))));
  }

  private static MetricsSettings metrics(Section section) {
    Long port = section == null ? null : section.get(METRICS_PORT);
    if (port == null) {
      return null;
    }
    if (port > MetricsSettings.LAST_PORT) {
      section.refuse(METRICS_PORT, "is no port; ports end at " + MetricsSettings.LAST_PORT);
      return null;
    }
    return new MetricsSettings(port.intValue());
  }

  private ReportSettings report(Section section) {
    return section == null || section.get(REPORT_FOLDER) == null
        ? null
        : new ReportSettings(fromRoot(section.get(REPORT_FOLDER)));
  }

  private Path fromRoot(Path path) {
    return path == null ? null : root.resolve(path).normalize();
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".yml"))
          .map(file -> file.substring(0, file.length() - ".yml".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
