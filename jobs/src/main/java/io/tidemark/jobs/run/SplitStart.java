package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.source.StartOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.Split;
import io.tidemark.jobs.spec.Start;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes the jobs of a split over, and finds where they are read from.
 *
 * <p>A route begins where the split's own job stands when that first knows of it, so that each
 * message before is where the routes of its time put it, and each one behind goes to the new route.
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
    boolean first = rest.refresh().next().isEmpty();
    boolean same = SplitRoutes.in(rest.ods()).equals(Optional.of(now));
    if (!running.contains(rest.job())) {
      requireSame(same, rest);
    } else {
      if (first && !same) {
        // It has nothing yet that another table could have too: any routes hold.
        now.writeTo(rest.ods());
      }
      takeOver(rest, rest);
      if (!first && !same) {
        RouteChange change = new RouteChange(rest.job(), rest.position(), lake);
        SplitRoutes.in(rest.ods()).ifPresent(change::requireTogether);
        change.requireNoneFromBefore(now);
        now.writeTo(rest.ods());
      }
    }
    for (SplitTable table : tables) {
      boolean runs = running.contains(table.job());
      if (table != rest && (runs || table.refresh().next().isEmpty())) {
        takeOver(table, rest);
      }
    }
  }

  private void requireSame(boolean same, SplitTable rest) {
    if (!same) {
      throw new SplitRefusedException(
          "the routes of topic %s are not those that %s has run with: without it, nobody would know whose the messages are"
              .formatted(split.rest().topic(), rest.job().name()),
          "Run " + rest.job().name() + " too, at least once.");
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
