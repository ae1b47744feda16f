package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.Marker;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.StartOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Split;
import io.tidemark.jobs.spec.Start;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Table;

/**
 * Takes the jobs of a split over, and finds where they are read from.
 *
 * <p>A route begins where the split's own job stands when that first knows of it, so that each
 * message before is where the routes of its time put it, and each one behind goes to the new route.
 * Routes change only while all tables stand at one position; in between, no set of routes holds for
 * all that was read.
 */
final class SplitStart {
  private final Split split;
  private final Lakehouse lake;

  SplitStart(Split split, Lakehouse lake) {
    this.split = split;
    this.lake = lake;
  }

  /**
   * Takes jobs over, and gives those a position that have none.
   *
   * @param tables all jobs of the split, its own last
   * @param running the jobs that this driver reads for
   * @throws SplitRefusedException when the routes changed and the tables do not stand together
   */
  void takeOver(List<SplitTable> tables, List<IngestSpec> running) {
    SplitTable rest = tables.get(tables.size() - 1);
    SplitRoutes now = SplitRoutes.of(split);
    rest.refresh();
    Optional<SplitRoutes> before = SplitRoutes.in(rest.ods());
    boolean same = before.equals(Optional.of(now));
    if (running.contains(rest.job())) {
      takeOver(rest, rest);
      if (!same) {
        before.ifPresent(routes -> requireTogether(routes, rest));
        now.writeTo(rest.ods());
      }
    } else if (!same) {
      throw new SplitRefusedException(
          "the routes of topic %s are not those that %s has run with: without it, nobody would know whose the messages are"
              .formatted(split.rest().topic(), rest.job().name()),
          "Run " + rest.job().name() + " too, at least once.");
    }
    for (SplitTable table : tables) {
      boolean runs = running.contains(table.job());
      if (table != rest && (runs || table.refresh().next().isEmpty())) {
        takeOver(table, rest);
      }
    }
  }

  private void takeOver(SplitTable table, SplitTable rest) {
    KafkaOffsets first = KafkaOffsets.none(split.rest().topic());
    if (table.refresh().next().isEmpty()) {
      boolean withSplit = table.job().start() == Start.OfSplit.WHERE_IT_STANDS;
      first = withSplit ? rest.position() : offsets(table.job()).first();
    }
    table.takeOver(first);
  }

  private StartOffsets offsets(IngestSpec job) {
    return new StartOffsets(job, lake.environment().kafka(), lake.environment().timeZone());
  }

  /** Whoever still runs with the old routes is stopped first: then nothing moves any more. */
  private void requireTogether(SplitRoutes before, SplitTable rest) {
    Map<String, KafkaOffsets> apart = new TreeMap<>();
    before
        .routes()
        .forEach(
            (job, route) -> {
              if (lake.exists(route.tableName())) {
                Table table = lake.load(route.tableName());
                if (TableState.of(table).marker(job).isPresent()) {
                  Marker last = Commits.takeOver(table, job, "none");
                  KafkaOffsets position = KafkaOffsets.parse(split.rest().topic(), last.position());
                  if (!position.equals(rest.position())) {
                    apart.put(route.table(), position);
                  }
                }
              }
            });
    if (!apart.isEmpty()) {
      List<String> shown = new ArrayList<>();
      apart.forEach((table, position) -> shown.add(table + " at " + position.toJson()));
      throw new SplitRefusedException(
          "the routes of topic %s changed while its tables stand apart: %s at %s, but %s. Messages in between would be in two tables or in none"
              .formatted(
                  split.rest().topic(),
                  rest.job().output(),
                  rest.position().toJson(),
                  String.join(", ", shown)),
          "Drain all jobs of the split with the routes as they were (--mode catchup), then change them.");
    }
  }

  /**
   * Where reading begins: at what the table furthest back has to read next.
   *
   * @throws io.tidemark.catalog.commit.LostPositionException when the brokers no longer have it
   */
  KafkaOffsets begin(List<SplitTable> running) {
    // Mostly they stand together: then the brokers are asked once.
    Map<KafkaOffsets, KafkaOffsets> next = new HashMap<>();
    for (SplitTable table : running) {
      next.computeIfAbsent(table.position(), position -> offsets(table.job()).after(position));
    }
    return next.values().stream().reduce(KafkaOffsets::furthestBack).orElseThrow();
  }
}
