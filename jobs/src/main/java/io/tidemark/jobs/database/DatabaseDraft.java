package io.tidemark.jobs.database;

import io.tidemark.catalog.NamingRules;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.TopicSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The declarations of a database's tables, as text for a person to review. What is declared already
 * is left to the person who declared it: only what it lacks is said.
 */
public final class DatabaseDraft {
  private static final int LONGEST_SLOT_NAME = 63;

  private final String name;
  private final DraftNames names;
  private final List<DraftTable> tables;
  private final Map<String, IngestSpec> declared;
  private final Set<String> topics;

  /**
   * @param name of the source, which its topics, jobs and tables begin with
   * @param tables to declare
   * @param schemas that were asked for
   * @param declared jobs that are there
   * @param topics that are declared
   */
  public DatabaseDraft(
      String name,
      List<DatabaseTable> tables,
      List<String> schemas,
      NamingRules rules,
      List<IngestSpec> declared,
      List<TopicSpec> topics) {
    this.name = name;
    this.names = new DraftNames(name, schemas, rules, tablesOf(declared));
    this.tables =
        tables.stream().map(table -> new DraftTable(name, names.of(table), table)).toList();
    this.declared =
        declared.stream().collect(Collectors.toMap(IngestSpec::topic, job -> job, (a, b) -> a));
    this.topics = topics.stream().map(TopicSpec::name).collect(Collectors.toSet());
  }

  private static Map<String, String> tablesOf(List<IngestSpec> jobs) {
    return jobs.stream()
        .filter(job -> !job.payload().table().isEmpty())
        .collect(Collectors.toMap(IngestSpec::name, job -> job.payload().table(), (a, b) -> a));
  }

  /**
   * Every file of the source, by its path below {@code conf}.
   *
   * @param connector how the database is reached
   */
  public Map<String, String> files(ConnectorDraft connector) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("jobs/ods/" + name + "/template.yml", template());
    files.put("jobs/dwd/" + name + "/template.yml", mirrorTemplate());
    for (DraftTable table : added()) {
      files.put(table.changeFile(), table.changes());
      if (table.hasMirror()) {
        files.put(table.mirrorFile(), table.mirror());
      }
    }
    if (!undeclared().isEmpty()) {
      files.put(topicsFile(), topics());
    }
    files.put(connectorFile(), connector.properties(declarable()));
    files.put("connect/" + name + ".sql", connector.setup(declarable()));
    return files;
  }

  /** Tables that no job reads yet. */
  private List<DraftTable> added() {
    return declarable().stream().filter(table -> !declared.containsKey(table.topic())).toList();
  }

  private List<DraftTable> declarable() {
    return tables.stream().filter(table -> table.obstacle().isEmpty()).toList();
  }

  /** The names of the jobs of all tables. */
  public List<String> jobs() {
    List<String> jobs = new ArrayList<>(declarable().stream().map(DraftTable::changeJob).toList());
    declarable().stream()
        .filter(DraftTable::hasMirror)
        .map(DraftTable::mirrorJob)
        .forEach(jobs::add);
    return jobs;
  }

  /** What a person has to know of single tables. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    for (DraftTable table : tables) {
      String shown = YamlText.oneLine(table.table().qualified());
      if (!table.obstacle().isEmpty()) {
        remarks.add(shown + " is left out: " + table.obstacle());
        continue;
      }
      if (!declared.containsKey(table.topic())) {
        names
            .rival(table.table())
            .map(YamlText::oneLine)
            .ifPresent(
                rival ->
                    remarks.add(
                        "%s is called %s, because %s is %s"
                            .formatted(shown, table.name(), names.wanted(table.table()), rival)));
      }
      if (!table.identity().remark().isEmpty()) {
        remarks.add(shown + ": " + table.identity().remark());
      }
      table.columns().stream()
          .filter(column -> !column.isDeclared())
          .forEach(column -> remarks.add(shown + ": " + column.line().replaceFirst("^# ", "")));
    }
    return remarks;
  }

  /**
   * Lines to be added by hand, by what they belong to, in the order in which that is done: to jobs
   * that are there, to files, to the database, to Kafka. They are said until the files have them.
   *
   * @param there the source's files that were there before: their text, by path below {@code conf}
   */
  public Map<String, List<String>> missing(Map<String, String> there) {
    Map<String, List<String>> missing = new LinkedHashMap<>();
    for (DraftTable table : declarable()) {
      IngestSpec job = declared.get(table.topic());
      if (job != null) {
        add(missing, "columns of job " + job.name(), table.notDeclaredBy(job));
      }
    }
    if (there.containsKey(topicsFile())) {
      List<String> lines = undeclared().stream().map(DraftTable::topicLine).toList();
      add(missing, "topics in conf/" + topicsFile(), lines);
    }
    if (there.containsKey(connectorFile())) {
      CapturedTables captured = CapturedTables.of(there.get(connectorFile()));
      AddedTables more =
          new AddedTables(
              name,
              declarable().stream()
                  .filter(
                      table ->
                          !captured.contains(table.table()) || !declared.containsKey(table.topic()))
                  .toList());
      add(missing, "SQL for the owner of the tables", more.sql());
      List<String> patterns =
          more.tables().stream()
              .filter(table -> !captured.contains(table.table()))
              .map(ConnectorDraft::pattern)
              .toList();
      add(missing, "table.include.list in conf/" + connectorFile(), patterns);
      more.signals().forEach((where, lines) -> add(missing, where, lines));
    }
    return missing;
  }

  private static void add(Map<String, List<String>> missing, String where, List<String> lines) {
    if (!lines.isEmpty()) {
      missing.put(where, lines);
    }
  }

  private List<DraftTable> undeclared() {
    return declarable().stream().filter(table -> !topics.contains(table.topic())).toList();
  }

  private String topicsFile() {
    return "topics/" + name + ".yml";
  }

  private String connectorFile() {
    return "connect/" + name + ".properties";
  }

  private String template() {
    return """
        # What all jobs that read the change log of this database have in common.
        template: %s_change_log
        owner: ""         # who answers for it
        start: earliest   # the log begins with a snapshot of the tables
        payload:
          format: debezium-json
          decimals: string   # as conf/connect/%s.properties has Debezium write them
          time-zone: UTC     # of columns 'timestamp without time zone': what their clocks show
        """
        .formatted(name, name);
  }

  private String mirrorTemplate() {
    return """
        # What all mirrors of this database have in common.
        template: %s_mirror
        owner: ""      # who answers for it
        delete: hard   # or soft: a deleted row stays, with is_deleted
        """
        .formatted(name);
  }

  /** One partition is enough for most; the position orders changes, wherever they come from. */
  private String topics() {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        "# One for each table, one by which the connector is told to read tables again, and one that\n");
    yaml.append("# shows that it lives.\n");
    yaml.append(
        "# More partitions for busy tables, whenever it is: mirrors do not depend on them.\n");
    yaml.append("topics:\n");
    undeclared().forEach(table -> yaml.append("  " + table.topicLine() + "\n"));
    for (String own : List.of(name + ".signal", "__debezium-heartbeat." + name)) {
      if (!topics.contains(own)) {
        yaml.append("  " + own + ": { partitions: 1, retention: 1 day }\n");
      }
    }
    return yaml.toString();
  }

  /** The replication slot, and the publication, of a source. */
  public static String slot(String name) {
    String slot = "tidemark_" + name;
    return slot.substring(0, Math.min(slot.length(), LONGEST_SLOT_NAME));
  }
}
