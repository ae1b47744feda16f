package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Suggestions;
import io.tidemark.catalog.config.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Checks how jobs follow from one another. Works on files that have other problems, too. */
final class JobGraphCheck {
  private final Map<TableName, JobFile> writers = new HashMap<>();
  private final Set<Set<TableName>> cycles = new LinkedHashSet<>();
  private final boolean complete;
  private final int maxHops;

  private JobGraphCheck(boolean complete, int maxHops) {
    this.complete = complete;
    this.maxHops = maxHops;
  }

  /**
   * Adds what is wrong to the files' problems.
   *
   * @param complete whether the output of every file is known; else a missing writer is no problem,
   *     because it may be one of the files that could not be read
   * @param maxHops tables behind ODS in one line, at most: each adds its micro-batch to what a user
   *     waits for
   */
  static void check(List<JobFile> files, boolean complete, int maxHops) {
    JobGraphCheck check = new JobGraphCheck(complete, maxHops);
    check.unique(files, JobKeys.JOB, JobFile::name, "is the name of another job");
    check.unique(files, JobKeys.OUTPUT, JobFile::output, "is written by another job");
    files.forEach(file -> check.writers.putIfAbsent(file.output(), file));
    files.stream().filter(file -> file.spec() != null).forEach(check::namesOfItsOwn);
    files.forEach(check::lookups);
    for (JobFile file : files) {
      file.inputs().forEach(input -> check.input(file, input));
      if (!file.inputs().isEmpty()) {
        check.roots(file);
        if (file.inputs().stream().anyMatch(check.writers::containsKey)) {
          check.lines(file);
        }
      }
    }
  }

  private <T> void unique(
      List<JobFile> files, Key<T> key, Function<JobFile, T> value, String text) {
    Map<T, JobFile> first = new HashMap<>();
    for (JobFile file : files) {
      T own = value.apply(file);
      JobFile other = own == null ? null : first.putIfAbsent(own, file);
      if (other != null) {
        file.refuse(key, text + ", " + other.section().file() + "; choose another");
      }
    }
  }

  /** What a job makes beside its output. */
  private void namesOfItsOwn(JobFile file) {
    file.spec().view().ifPresent(view -> refuseOutput(view, "view", file));
    if (file.spec() instanceof IngestSpec ingest) {
      refuseOutput(ingest.deadLetters(), "table of dead letters", file);
    }
    if (file.spec() instanceof TransformSpec transform && transform.holdsBack()) {
      refuseOutput(transform.unknownKeys(), "view of unknown keys", file);
    }
  }

  /** A table that a job writes has a cut of its own, and mostly no rows that a key finds. */
  private void lookups(JobFile file) {
    if (file.spec() instanceof TransformSpec transform) {
      for (LookupSpec lookup : transform.lookups()) {
        JobFile writer = writers.get(lookup.table());
        if (lookup.asOf()) {
          history(file, lookup, writer);
        } else if (writer != null) {
          file.section()
              .refuse(
                  LookupKeys.LOOKUP,
                  lookup.name(),
                  lookup.table().toString(),
                  "is written by job "
                      + writer.name()
                      + "; a dimension is a table that no job writes: look it up in one that is"
                      + " loaded by other means, or write a history of its change log and look it"
                      + " up 'as-of: event-time'");
        }
      }
      if (transform.corrects()) {
        severalRows(file, transform);
      }
    }
  }

  /** A row finds at most one version, because versions of one key do not overlap. */
  private void history(JobFile file, LookupSpec lookup, JobFile writer) {
    String at = lookup.name();
    String table = lookup.table().toString();
    if (writer == null ? complete : !writer.section().has(JobKeys.HISTORY)) {
      file.section()
          .refuse(
              LookupKeys.LOOKUP,
              at,
              table,
              "is not the table of a history; look up as of event time in one, or remove 'as-of'");
    }
    JobFile changes =
        writer == null || !(writer.spec() instanceof MirrorSpec mirror)
            ? null
            : writers.get(mirror.input());
    if (changes != null && changes.spec() instanceof IngestSpec log) {
      if (!Set.copyOf(log.payload().key()).equals(lookup.key().keySet())) {
        file.section()
            .refuse(
                LookupKeys.LOOKUP,
                at + ".key",
                String.join(", ", lookup.key().keySet()),
                "is not the key of the history, which tells its rows apart: "
                    + String.join(", ", log.payload().key()));
      }
      List<String> known = log.columns().stream().map(ColumnSpec::name).toList();
      lookup.columns().keySet().stream()
          .filter(column -> !known.contains(column))
          .forEach(
              column ->
                  file.section()
                      .refuse(
                          LookupKeys.LOOKUP,
                          at + ".columns",
                          column,
                          "is not a column of the history; "
                              + Suggestions.didYouMean(
                                  column, known, "its columns are " + String.join(", ", known))));
    }
  }

  /** A row that is written anew is told by the message it is of. */
  private void severalRows(JobFile file, TransformSpec job) {
    boolean asOf = !job.histories().isEmpty();
    String lookup =
        asOf
            ? "a lookup as of event time corrects rows by the message they are of"
            : "a row that was parked is told by the message it is of";
    if (job.flatten() != null) {
      file.refuse(
          JobKeys.FLATTEN,
          "makes several rows of a message, and %s; look up without '%s', or leave the array as it is"
              .formatted(lookup, asOf ? "as-of" : "unknown: park"));
    }
    job.tables().stream()
        .filter(input -> holdsSeveral(input, new HashSet<>()))
        .forEach(
            input ->
                file.refuseInput(
                    input,
                    "may hold several rows of a message, as it comes from a change log or from rows of"
                        + " arrays, and %s; look them up without '%s'"
                            .formatted(lookup, asOf ? "as-of" : "unknown: park")));
  }

  private boolean holdsSeveral(TableName table, Set<TableName> seen) {
    JobFile writer = writers.get(table);
    if (writer == null || !seen.add(table)) {
      return false;
    }
    return writer.spec() instanceof IngestSpec ingest && ingest.payload().isChangeLog()
        || writer.spec() instanceof TransformSpec transform
            && (transform.flatten() != null
                || transform.tables().stream().anyMatch(above -> holdsSeveral(above, seen)));
  }

  private void refuseOutput(TableName name, String what, JobFile of) {
    JobFile other = writers.get(name);
    if (other != null) {
      other.refuse(
          JobKeys.OUTPUT,
          "is the %s of job %s, %s; choose another"
              .formatted(what, of.name(), of.section().file()));
    }
  }

  private void input(JobFile job, TableName input) {
    JobFile writer = writers.get(input);
    if (writer == null) {
      if (complete) {
        List<String> tables = writers.keySet().stream().map(TableName::toString).sorted().toList();
        job.refuseInput(
            input,
            "is written by no job; "
                + Suggestions.didYouMean(
                    input.toString(), tables, "declare one with 'output: " + input + "'"));
      }
      return;
    }
    if (writer.section().has(JobKeys.METRICS) && writer != job) {
      job.refuseInput(
          input,
          "is an aggregate, whose table holds increments and no rows to read; read "
              + shown(writer.inputs())
              + " instead, add a granularity to job "
              + writer.name()
              + ", or declare a rollup of it below conf/views");
    }
    mirror(job, input, writer);
    joined(job, input, writer);
    if (writer.spec() != null && writer.spec().takesBack() && writer != job) {
      takenBack(job, input, writer.spec());
    } else if (writer.spec() instanceof JoinSpec && job.spec() instanceof TransformSpec) {
      job.refuseInput(
          input,
          "is a join, which may have several rows of one message: only an aggregate can read it; move"
              + " the SQL to the sides of job "
              + writer.name());
    }
  }

  private static String shown(List<TableName> tables) {
    return String.join(" or ", tables.stream().map(TableName::toString).toList());
  }

  private static void mirror(JobFile job, TableName input, JobFile writer) {
    if (isMirror(writer) && writer != job) {
      job.refuseInput(
          input,
          "is a "
              + word(writer)
              + ", whose table holds changes and no rows to read; read "
              + shown(writer.inputs())
              + " instead");
    } else if (isMirror(job)
        && writer.spec() != null
        && !(writer.spec() instanceof IngestSpec ingest && ingest.payload().isChangeLog())) {
      job.refuseInput(
          input,
          "is no change log; a "
              + word(job)
              + " reads the table of an ingest job with 'payload: { format:"
              + " debezium-json }', canal-json or maxwell-json");
    } else if (isMirror(job)
        && writer.spec() instanceof IngestSpec ingest
        && ingest.payload().key().isEmpty()) {
      job.refuseInput(
          input,
          "is the change log of a table without a key, which has no latest row; name the key there"
              + " (payload.key), or read the changes themselves");
    } else if (job.section().has(JobKeys.HISTORY)
        && writer.spec() instanceof IngestSpec ingest
        && !ingest.eventTime().column().equals(SystemColumns.EVENT_TIME)) {
      job.refuseInput(
          input,
          "says by '%s' when a row came about, and not when it was changed, which is what a version"
                  .formatted(ingest.eventTime().column())
              + " is valid from; remove 'event-time.column' there");
    } else if (job.section().has(JobKeys.HISTORY) && writer.spec() instanceof IngestSpec ingest) {
      ingest.columns().stream()
          .map(ColumnSpec::name)
          .filter(
              column ->
                  column.equals(ChangeColumns.VALID_FROM) || column.equals(ChangeColumns.VALID_TO))
          .forEach(
              column ->
                  job.refuseInput(
                      input,
                      "has a column '%s', which is what a history calls when a version was valid;"
                              .formatted(column)
                          + " give it another name there, and say which column of the source it is"
                          + " with 'path: "
                          + column
                          + "'"));
    }
  }

  /**
   * A cut is told from the numbers of ODS rows, neighbouring days are read as of it, and a row of
   * the result is told by the places of two messages: all of that only ODS has.
   */
  private static void joined(JobFile job, TableName input, JobFile writer) {
    if (!job.section().has(JoinKeys.JOIN) || writer == job || writer.spec() == null) {
      return;
    }
    if (!(writer.spec() instanceof IngestSpec ingest)) {
      job.refuseInput(
          input,
          "is written by the %s %s; a join reads tables of ingest jobs and cleans rows by the SQL of its sides: read %s"
              .formatted(writer.spec().kind(), writer.name(), shown(writer.inputs())));
    } else if (ingest.payload().isChangeLog()) {
      job.refuseInput(
          input,
          "is a change log, of which a message may hold several rows; join streams of events");
    }
  }

  private static boolean isMirror(JobFile file) {
    return file.section().has(JobKeys.DELETE) || file.section().has(JobKeys.HISTORY);
  }

  private static String word(JobFile mirror) {
    return mirror.section().has(JobKeys.HISTORY) ? "history" : "mirror";
  }

  /** What was counted can be taken off again, and what was added up; a minimum cannot. */
  private static void takenBack(JobFile job, TableName input, JobSpec from) {
    String why = from instanceof TransformSpec transform ? transform.whyTakenBack() : "is a join";
    if (job.spec() instanceof TransformSpec) {
      job.refuseInput(
          input,
          why
              + ", whose table holds rows that are taken back: only an aggregate can read it; move"
              + " the SQL to job "
              + from.name());
    }
    if (job.spec() instanceof AggregateSpec aggregate) {
      for (MetricSpec metric : aggregate.metrics()) {
        if (metric.function() == MetricSpec.Function.MIN
            || metric.function() == MetricSpec.Function.MAX
            || metric.function() == MetricSpec.Function.APPROXIMATE_DISTINCT) {
          job.section()
              .refuse(
                  JobKeys.METRICS,
                  metric.name(),
                  metric.definition(),
                  "is over job %s, which %s: rows may be taken back, and nobody knows what the %s was without one; take count, sum, average or distinct%s"
                      .formatted(from.name(), why, Values.text(metric.function()), remedy(from)));
        }
      }
    }
  }

  private static String remedy(JobSpec from) {
    if (!(from instanceof TransformSpec transform)) {
      return "";
    }
    if (!transform.histories().isEmpty()) {
      return ", or remove 'as-of' from it";
    }
    return transform.corrects()
        ? ", or remove 'unknown: park' from it"
        : ", or remove 'dedupe' from it";
  }

  /** Follows a job back to its roots. */
  private void lines(JobFile job) {
    TableName start = job.output() == null ? job.inputs().get(0) : job.output();
    List<TableName> longest =
        job.output() == null
            ? longest(job, writers.get(start), List.of(start))
            : longest(job, job, List.of(start));
    if (longest.size() - 1 > maxHops) {
      List<String> path = new ArrayList<>();
      for (TableName table : longest) {
        JobFile writer = writers.get(table);
        path.add(writer == null ? table.toString() : writer.name());
      }
      Collections.reverse(path);
      job.refuseInput(
          longest.get(1),
          "is "
              + (longest.size() - 1)
              + " hops from "
              + longest.get(longest.size() - 1)
              + " ("
              + String.join(" -> ", path)
              + "); use at most "
              + maxHops
              + ", by reading a table nearer to it");
    }
  }

  /**
   * The longest way back from a table, the table first.
   *
   * @param job whose way it is
   * @param at who writes the last table of the way; {@code null} when nobody does
   */
  private List<TableName> longest(JobFile job, JobFile at, List<TableName> way) {
    List<TableName> longest = way;
    for (TableName input : at == null ? List.<TableName>of() : at.inputs()) {
      int seen = way.indexOf(input);
      if (seen >= 0) {
        if (job.output() != null) {
          cycle(job, way.subList(seen, way.size()));
        }
        continue;
      }
      List<TableName> further = new ArrayList<>(way);
      further.add(input);
      List<TableName> found = longest(job, writers.get(input), further);
      longest = found.size() > longest.size() ? found : longest;
    }
    return longest;
  }

  /** A message that reached a table on two ways would have one place twice. */
  private void roots(JobFile job) {
    Map<String, TableName> ways = new HashMap<>();
    for (TableName input : job.inputs()) {
      for (String root : roots(input, new HashSet<>())) {
        TableName other = ways.putIfAbsent(root, input);
        if (other != null && !other.equals(input)) {
          job.refuseInput(
              input,
              "comes from %s, as %s does, so that a message could come twice; make one transform of"
                      .formatted(root, other)
                  + " what is read from it");
        }
      }
    }
  }

  /** Whose messages a table holds: a topic's, or its part of one that is split. */
  private Set<String> roots(TableName table, Set<TableName> seen) {
    JobFile writer = writers.get(table);
    if (!seen.add(table)) {
      return Set.of();
    }
    if (writer == null || writer.inputs().isEmpty()) {
      return Set.of(
          writer != null && writer.spec() instanceof IngestSpec ingest && !ingest.split().isSplit()
              ? "topic " + ingest.topic()
              : table.toString());
    }
    Set<String> roots = new LinkedHashSet<>();
    writer.inputs().forEach(input -> roots.addAll(roots(input, seen)));
    return roots;
  }

  private void cycle(JobFile job, List<TableName> members) {
    // Every job on a cycle finds it; one message is enough.
    if (members.contains(job.output()) && cycles.add(Set.copyOf(members))) {
      List<String> names = new ArrayList<>(members.stream().map(TableName::toString).toList());
      names.add(names.get(0));
      TableName next = members.size() > 1 ? members.get(1) : members.get(0);
      job.refuseInput(
          next,
          "makes a cycle: "
              + String.join(" from ", names)
              + "; read a table that does not come from this one");
    }
  }
}
