package io.tidemark.jobs.spec;

import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.TableKeys;
import io.tidemark.catalog.table.TableSpec;
import io.tidemark.catalog.table.TableSpecCheck;
import io.tidemark.catalog.table.TableSpecReader;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads every file below {@code conf/tables} and checks it against the jobs: what a job says of its
 * table is not said twice. Columns of a job's table are checked where they are known, which needs
 * the engine.
 */
final class TableSpecsReader {
  private final NamingRules rules;
  private final Problems problems;

  /** Tables that jobs write, and who does. */
  private final Map<TableName, JobSpec> writers = new HashMap<>();

  private final Map<TableName, TableSpec> found = new LinkedHashMap<>();

  /** Names that files of views declare, and what has them. */
  private final Map<TableName, String> ofViews = new HashMap<>();

  private TableSpecsReader(JobCatalog jobs, NamingRules rules, Problems problems) {
    this.rules = rules;
    this.problems = problems;
    for (ViewSpec view : jobs.views()) {
      ofViews.put(view.name(), "is a view");
      if (view.shape() instanceof UsersSpec users && users.known() != null) {
        ofViews.put(view.recent(), "is a view");
        ofViews.put(users.known(), "is kept by './tidemark users'");
      }
    }
    for (JobSpec job : jobs.jobs()) {
      writers.put(job.output(), job);
      if (job instanceof IngestSpec ingest) {
        writers.put(ingest.deadLetters(), job);
      }
    }
  }

  /**
   * The files' declarations by table.
   *
   * @param jobs nothing when they have problems of their own: then each file is read by itself
   */
  static Map<TableName, TableSpec> read(
      Path confDir, Optional<JobCatalog> jobs, NamingRules rules, Problems problems) {
    TableSpecsReader reader =
        new TableSpecsReader(jobs.orElseGet(() -> new JobCatalog(List.of())), rules, problems);
    for (ConfFile file : ConfFile.below(confDir, "tables", problems)) {
      file.read(problems)
          .map(yaml -> Section.read(yaml, TableKeys.KEYS, problems))
          .ifPresent(section -> reader.add(section, jobs.isPresent()));
    }
    return Collections.unmodifiableMap(reader.found);
  }

  private void add(Section file, boolean jobsAreKnown) {
    TableSpec spec = TableSpecReader.read(file);
    if (spec == null) {
      return;
    }
    TableSpec other = found.putIfAbsent(spec.table(), spec);
    if (other != null) {
      file.refuse(TableKeys.TABLE, "is declared by " + other.file() + ", too; keep one of them");
    } else if (jobsAreKnown && writers.containsKey(spec.table())) {
      checkAgainst(writers.get(spec.table()), file, spec);
    } else if (jobsAreKnown) {
      checkAlone(file, spec);
    }
  }

  private void checkAgainst(JobSpec job, Section file, TableSpec spec) {
    for (Key<?> key : List.of(TableKeys.DESCRIPTION, TableKeys.OWNER, TableKeys.KEYS_OF_ROWS)) {
      if (file.has(key)) {
        file.refuse(
            key, "is for job " + job.name() + " to say, which writes the table; remove it here");
      }
    }
    spec.columns()
        .forEach(
            (name, column) -> {
              if (column.type() != null || column.required()) {
                file.refuse(
                    TableKeys.COLUMNS,
                    name,
                    column.type() == null ? "required" : column.type(),
                    "says what follows from job "
                        + job.name()
                        + ", which writes the table; keep 'comment' and 'renamed-from' only");
              }
              if (column.renamedFrom() != null && SystemColumns.contains(name)) {
                file.refuse(
                    TableKeys.COLUMNS,
                    name,
                    column.renamedFrom(),
                    "is a column that Tidemark adds, which never had another name; remove"
                        + " 'renamed-from'");
              }
            });
  }

  private void checkAlone(Section file, TableSpec spec) {
    rules.check(spec.table()).forEach(remedy -> file.refuse(TableKeys.TABLE, remedy));
    if (ofViews.containsKey(spec.table())) {
      file.refuse(
          TableKeys.TABLE,
          ofViews.get(spec.table()) + ", declared below conf/views; choose another name");
    }
    for (JobSpec job : writers.values()) {
      if (job.view().equals(Optional.of(spec.table()))) {
        file.refuse(TableKeys.TABLE, "is the view of job " + job.name() + "; choose another name");
      }
    }
    List<String> tables = writers.keySet().stream().map(TableName::toString).sorted().toList();
    List<String> untyped =
        spec.columns().entrySet().stream()
            .filter(column -> column.getValue().type() == null && !column.getKey().contains("."))
            .map(Map.Entry::getKey)
            .toList();
    if (spec.columns().isEmpty() || !untyped.isEmpty()) {
      String missing = untyped.isEmpty() ? "columns" : "a type for " + String.join(", ", untyped);
      file.refuse(
          TableKeys.TABLE,
          "is written by no job, so its file needs "
              + missing
              + "; "
              + Suggestions.didYouMean(
                  spec.table().toString(), tables, "write 'columns:' with a type for each"));
      return;
    }
    spec.columns().keySet().stream()
        .filter(name -> !name.matches("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*"))
        .forEach(
            name ->
                file.refuse(
                    TableKeys.COLUMNS,
                    name,
                    "",
                    "is not a column name; use lower-case letters, digits and underscores"));
    List<String> typedInside =
        spec.columns().entrySet().stream()
            .filter(column -> column.getValue().type() != null && column.getKey().contains("."))
            .map(Map.Entry::getKey)
            .toList();
    for (String path : typedInside) {
      file.refuse(
          TableKeys.COLUMNS,
          path,
          spec.columns().get(path).type(),
          "is the type of a field inside a column, which stands in the column's own type; remove it"
              + " here");
    }
    if (!typedInside.isEmpty()) {
      return;
    }
    for (Problem problem :
        TableSpecCheck.check(spec, DeclaredTable.schemaOf(spec), Optional.empty())) {
      problems.add(problem);
    }
  }
}
