package io.tidemark.compaction.retain;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.LostPositionException;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.catalog.cut.InputPositions;
import io.tidemark.compaction.retain.plan.SnapshotNeeds;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.Table;

/**
 * Streams as readers of tables. Where one stands is in the marker of the table it writes; it stands
 * there however long it has been stopped.
 */
final class StreamReaders {
  private static final Pattern SNAPSHOT = Pattern.compile("-?\\d+");

  private static final String UNDECLARED =
      " (it is no longer declared: drop the table if nobody resumes it)";

  private final JobCatalog jobs;
  private final SnapshotNeeds needs;

  StreamReaders(JobCatalog jobs, SnapshotNeeds needs) {
    this.jobs = jobs;
    this.needs = needs;
  }

  /** Adds what is needed by what a table says of its writers, just loaded or refreshed. */
  void add(String name, Table table) {
    TableState state;
    try {
      state = TableState.of(table);
    } catch (LostPositionException e) {
      // A table that no job writes never had a marker.
      if (isWrittenByJob(name, table)) {
        needs.everything(untold(name, e));
      }
      return;
    }
    try {
      state.markers().forEach(marker -> add(name, marker));
    } catch (LostPositionException unreadable) {
      needs.everything(untold(name, unreadable));
    }
    addIds(state, TableState.TAG_BUILD, "the newest build in table " + name);
    addIds(state, TableState.TAG_RECOMPUTE, "the newest result in table " + name);
  }

  private static String untold(String name, LostPositionException why) {
    return "table %s does not tell how far its writer has read: %s"
        .formatted(name, why.getMessage());
  }

  private boolean isWrittenByJob(String name, Table table) {
    return table.properties().containsKey(JobTables.JOB)
        || jobs.jobs().stream()
            .anyMatch(
                job ->
                    job.output().toString().equals(name)
                        || job instanceof IngestSpec ingest
                            && ingest.deadLetters().toString().equals(name));
  }

  private void add(String name, Marker marker) {
    String who =
        "job %s, whose table %s has read up to here%s"
            .formatted(marker.job(), name, isDeclared(marker.job()) ? "" : UNDECLARED);
    marker.roots().values().forEach(root -> needs.since(root, who));
    String position = marker.position();
    List<Long> read = read(marker);
    read.forEach(snapshot -> needs.since(snapshot, who));
    if (position.isEmpty() || InputPositions.isOfSeveral(position)) {
      unread(marker)
          .forEach(
              input ->
                  needs.whole(
                      input,
                      "job %s, which has read nothing yet and begins with the first snapshot"
                          .formatted(marker.job())));
    } else if (read.isEmpty() && !position.startsWith("{")) {
      needs.everything(
          "job %s, whose position '%s' in table %s this version cannot read"
              .formatted(marker.job(), position, name));
    }
  }

  private boolean isDeclared(String job) {
    return jobs.jobs().stream().anyMatch(each -> each.name().equals(job));
  }

  /** Where a job stands, in the inputs that it has today: another would keep its snapshots. */
  private List<Long> read(Marker marker) {
    if (!isDeclared(marker.job()) || !InputPositions.isOfSeveral(marker.position())) {
      return InputPositions.named(marker.position());
    }
    InputPositions read = positions(marker);
    return inputs(marker).map(read::of).filter(Objects::nonNull).toList();
  }

  /** The inputs of a job of which nothing was read yet. */
  private List<String> unread(Marker marker) {
    InputPositions read = positions(marker);
    return inputs(marker).filter(input -> read.of(input) == null).toList();
  }

  private InputPositions positions(Marker marker) {
    return InputPositions.parse(
        marker.position(), inputs(marker).toList(), (table, snapshot) -> false);
  }

  private Stream<String> inputs(Marker marker) {
    return jobs.jobs().stream()
        .filter(job -> job.name().equals(marker.job()))
        .flatMap(job -> JobCatalog.inputsOf(job).stream())
        .map(TableName::toString);
  }

  /** The jobs that read a table. */
  Iterable<JobSpec> readersOf(String table) {
    return jobs.jobs().stream()
            .filter(
                job ->
                    JobCatalog.inputsOf(job).stream()
                        .anyMatch(input -> input.toString().equals(table)))
        ::iterator;
  }

  /** Records of a history name snapshots of other tables among other numbers. */
  private void addIds(TableState state, String property, String who) {
    Matcher numbers = SNAPSHOT.matcher(state.properties().getOrDefault(property, ""));
    while (numbers.find()) {
      id(numbers.group()).ifPresent(id -> needs.alone(id, who));
    }
  }

  private static Optional<Long> id(String number) {
    try {
      return Optional.of(Long.parseLong(number));
    } catch (NumberFormatException longer) {
      return Optional.empty();
    }
  }
}
