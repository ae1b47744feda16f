package io.tidemark.jobs.spec;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Suggestions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Checks how jobs follow from one another. Works on files that have other problems, too. */
final class JobGraphCheck {
  /** Tables behind ODS in one line, at most: each adds its micro-batch to what a user waits for. */
  private static final int MAX_HOPS = 4;

  private final Map<TableName, JobFile> writers = new HashMap<>();
  private final Set<Set<TableName>> cycles = new LinkedHashSet<>();
  private final boolean complete;

  private JobGraphCheck(boolean complete) {
    this.complete = complete;
  }

  /**
   * Adds what is wrong to the files' problems.
   *
   * @param complete whether the output of every file is known; else a missing writer is no problem,
   *     because it may be one of the files that could not be read
   */
  static void check(List<JobFile> files, boolean complete) {
    JobGraphCheck check = new JobGraphCheck(complete);
    check.unique(files, JobKeys.JOB, JobFile::name, "is the name of another job");
    check.unique(files, JobKeys.OUTPUT, JobFile::output, "is written by another job");
    files.forEach(file -> check.writers.putIfAbsent(file.output(), file));
    files.stream().filter(file -> file.spec() != null).forEach(check::namesOfItsOwn);
    files.forEach(check::lookups);
    files.stream().filter(file -> file.input() != null).forEach(check::input);
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
  }

  /** A table that a job writes has a cut of its own, and mostly no rows that a key finds. */
  private void lookups(JobFile file) {
    if (file.spec() instanceof TransformSpec transform) {
      for (LookupSpec lookup : transform.lookups()) {
        JobFile writer = writers.get(lookup.table());
        if (writer != null) {
          file.section()
              .refuse(
                  LookupKeys.LOOKUP,
                  lookup.name(),
                  lookup.table().toString(),
                  "is written by job "
                      + writer.name()
                      + "; a dimension is a table that no job writes: look it up in one that is"
                      + " loaded by other means");
        }
      }
    }
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

  private void input(JobFile job) {
    JobFile writer = writers.get(job.input());
    if (writer == null) {
      if (complete) {
        List<String> tables = writers.keySet().stream().map(TableName::toString).sorted().toList();
        job.refuse(
            JobKeys.INPUT,
            "is written by no job; "
                + Suggestions.didYouMean(
                    job.input().toString(),
                    tables,
                    "declare one with 'output: " + job.input() + "'"));
      }
      return;
    }
    if (writer.section().has(JobKeys.METRICS) && writer != job) {
      job.refuse(
          JobKeys.INPUT,
          "is an aggregate, whose table holds increments and no rows to read; read "
              + writer.input()
              + " instead");
    }
    mirror(job, writer);
    line(job);
  }

  private static void mirror(JobFile job, JobFile writer) {
    if (writer.section().has(JobKeys.DELETE) && writer != job) {
      job.refuse(
          JobKeys.INPUT,
          "is a mirror, whose table holds changes and no rows to read; read "
              + writer.input()
              + " instead");
    } else if (job.section().has(JobKeys.DELETE)
        && writer.spec() != null
        && !(writer.spec() instanceof IngestSpec ingest && ingest.payload().isChangeLog())) {
      job.refuse(
          JobKeys.INPUT,
          "is no change log; a mirror reads the table of an ingest job with 'payload: { format:"
              + " debezium-json }', canal-json or maxwell-json");
    } else if (job.section().has(JobKeys.DELETE)
        && writer.spec() instanceof IngestSpec ingest
        && ingest.payload().key().isEmpty()) {
      job.refuse(
          JobKeys.INPUT,
          "is the change log of a table without a key, which has no latest row; name the key there"
              + " (payload.key), or read the changes themselves");
    }
  }

  /** Follows a job back to its root. */
  private void line(JobFile job) {
    List<TableName> line =
        new ArrayList<>(List.of(job.output() == null ? job.input() : job.output()));
    JobFile at = job;
    while (at != null && at.input() != null) {
      int seen = line.indexOf(at.input());
      if (seen >= 0 && job.output() != null) {
        cycle(job, line.subList(seen, line.size()));
        return;
      }
      line.add(at.input());
      at = writers.get(at.input());
    }
    if (line.size() - 1 > MAX_HOPS) {
      job.refuse(
          JobKeys.INPUT,
          "is "
              + (line.size() - 1)
              + " hops from "
              + line.get(line.size() - 1)
              + "; use at most "
              + MAX_HOPS
              + ", by reading a table nearer to it");
    }
  }

  private void cycle(JobFile job, List<TableName> members) {
    // Every job on a cycle finds it; one message is enough.
    if (members.contains(job.output()) && cycles.add(Set.copyOf(members))) {
      List<String> names = new ArrayList<>(members.stream().map(TableName::toString).toList());
      names.add(names.get(0));
      job.refuse(
          JobKeys.INPUT,
          "makes a cycle: "
              + String.join(" from ", names)
              + "; read a table that does not come from this one");
    }
  }
}
