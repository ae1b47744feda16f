package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks that the jobs of a split topic leave no message to two of them, and none to nobody. */
final class SplitCheck {
  private SplitCheck() {}

  /**
   * Adds what is wrong to the files' problems.
   *
   * @param complete whether every file could be read; else a missing job is no problem, because it
   *     may be one of those that could not
   */
  static void check(List<JobFile> files, boolean complete) {
    Map<String, List<JobFile>> byTopic = new LinkedHashMap<>();
    for (JobFile file : files) {
      if (file.spec() instanceof IngestSpec ingest && ingest.split().isSplit()) {
        byTopic.computeIfAbsent(ingest.topic(), topic -> new ArrayList<>()).add(file);
      }
    }
    byTopic.values().forEach(jobs -> checkTopic(jobs, complete));
  }

  private static void checkTopic(List<JobFile> files, boolean complete) {
    List<JobFile> rests = files.stream().filter(file -> !split(file).isRoute()).toList();
    if (rests.isEmpty()) {
      if (complete) {
        JobFile first = files.get(0);
        first.refuse(
            SplitKeys.ROUTE,
            "has no job for what no route takes; declare one that reads topic "
                + ingest(first).topic()
                + " with 'split' and without 'route'");
      }
      return;
    }
    JobFile rest = rests.get(0);
    for (JobFile other : rests.subList(1, rests.size())) {
      // Its 'split' mostly stands in another file.
      other.refuse(
          JobKeys.JOB,
          "has no 'route', and neither has %s, which splits the same topic; list in 'route' the values whose messages the job takes"
              .formatted(rest.section().file()));
    }
    files.stream().filter(file -> split(file).isRoute()).forEach(file -> likeTheRest(file, rest));
    eachValueOnce(files);
  }

  private static void likeTheRest(JobFile route, JobFile rest) {
    if (!split(route).by().equals(split(rest).by())) {
      differs(route, SplitKeys.SPLIT, "splits the topic by another column than ", rest);
    } else if (!by(route).equals(by(rest))) {
      differs(route, ColumnKeys.COLUMNS, "declares column '%s' differently from ", rest);
    }
    if (!ingest(route).payload().equals(ingest(rest).payload())) {
      differs(route, PayloadKeys.PAYLOAD, "is not that of ", rest);
    }
    if (!ingest(route).limit().equals(ingest(rest).limit())) {
      differs(route, JobKeys.LIMIT, "is not that of ", rest);
    }
  }

  private static void differs(JobFile route, Key<?> key, String what, JobFile rest) {
    route.refuse(
        key,
        what.formatted(split(rest).by())
            + rest.section().file()
            + ", but both are read together: write the same, or extend "
            + rest.name());
  }

  private static void eachValueOnce(List<JobFile> files) {
    Map<String, JobFile> takers = new HashMap<>();
    for (JobFile file : files) {
      for (String value : split(file).route()) {
        JobFile other = takers.putIfAbsent(value, file);
        if (other != null) {
          file.section()
              .refuse(
                  SplitKeys.ROUTE,
                  "",
                  value,
                  "is in the route of "
                      + other.section().file()
                      + " too; a message goes to one table: keep it in one of them");
        }
      }
    }
  }

  private static ColumnSpec by(JobFile file) {
    return new Split(ingest(file), List.of()).by();
  }

  private static SplitSpec split(JobFile file) {
    return ingest(file).split();
  }

  private static IngestSpec ingest(JobFile file) {
    return (IngestSpec) file.spec();
  }
}
