package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.commit.Commits;
import io.tidemark.catalog.commit.TableState;
import io.tidemark.jobs.source.KafkaOffsets;
import io.tidemark.jobs.spec.IngestSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;

/**
 * Lets the routes of a topic change, or end, only while all tables stand at one position: in
 * between, no set of routes holds for all that was read.
 */
final class RouteChange {
  private final IngestSpec rest;
  private final KafkaOffsets position;
  private final Function<TableName, Optional<Table>> tables;

  /**
   * A change of the routes beside a job that was taken over.
   *
   * @param rest the split's own job, also when it splits no longer
   * @param position how far its table has read
   * @param tables finds a table that is there
   */
  RouteChange(IngestSpec rest, KafkaOffsets position, Function<TableName, Optional<Table>> tables) {
    this.rest = rest;
    this.position = position;
    this.tables = tables;
  }

  RouteChange(IngestSpec rest, KafkaOffsets position, Lakehouse lake) {
    this(
        rest,
        position,
        name -> lake.exists(name) ? Optional.of(lake.load(name)) : Optional.empty());
  }

  /**
   * Takes the routes so far over. Whoever still runs with them is stopped by that: then nothing
   * moves any more.
   *
   * @throws SplitRefusedException when their tables do not stand where the split's own does
   */
  void requireTogether(SplitRoutes before) {
    List<String> apart = new ArrayList<>();
    before
        .routes()
        .forEach(
            (job, route) ->
                takenOver(job, route.tableName())
                    .ifPresent(rows -> compare(job, route, rows, apart)));
    ahead(rest.deadLetters(), read(rest.name(), rest.deadLetters()), apart);
    if (!apart.isEmpty()) {
      throw new SplitRefusedException(
          "the routes of topic %s changed while its tables stand apart: %s, but %s. Messages in between would be in two tables or in none"
              .formatted(rest.topic(), shown(rest.output(), position), String.join(", ", apart)),
          "Drain all jobs of the split with the routes as they were (--mode catchup), then change them.");
    }
  }

  private void compare(String job, SplitRoutes.Route route, KafkaOffsets rows, List<String> apart) {
    if (!rows.equals(position)) {
      apart.add(shown(route.tableName(), rows));
    }
    TableName letters = IngestSpec.deadLetters(route.tableName());
    ahead(letters, takenOver(job, letters), apart);
  }

  /** Letters come first: with those of a micro-batch its routes are fixed. */
  private void ahead(TableName table, Optional<KafkaOffsets> letters, List<String> apart) {
    letters
        .filter(known -> !position.reaches(known))
        .ifPresent(known -> apart.add(shown(table, known)));
  }

  /**
   * Requires that no route brings a table along from another time: what it would read again, other
   * tables have by the routes of that time.
   *
   * @throws SplitRefusedException when a table does not stand where the split's own does
   */
  void requireNoneFromBefore(SplitRoutes now) {
    now.routes()
        .forEach(
            (job, route) ->
                read(job, route.tableName())
                    .filter(own -> !own.next().isEmpty() && !own.equals(position))
                    .ifPresent(own -> refuse(job, route.tableName(), own)));
  }

  private void refuse(String job, TableName table, KafkaOffsets own) {
    String there =
        position.next().entrySet().stream()
            .map(entry -> entry.getKey() + ":" + entry.getValue())
            .collect(Collectors.joining(","));
    throw new SplitRefusedException(
        "job %s would be a route of topic %s from where its table stood before: %s, but %s. Messages in between were told apart without it, and would be in two tables or in none"
            .formatted(job, rest.topic(), shown(table, own), shown(rest.output(), position)),
        "Move it there: ./tidemark offsets %s --move-to %s --reason \"...\" --yes. Or give it another output."
            .formatted(job, there));
  }

  private Optional<KafkaOffsets> read(String job, TableName name) {
    return tables
        .apply(name)
        .flatMap(table -> TableState.of(table).marker(job))
        .map(marker -> KafkaOffsets.parse(rest.topic(), marker.position()));
  }

  private Optional<KafkaOffsets> takenOver(String job, TableName name) {
    return tables
        .apply(name)
        .filter(table -> TableState.of(table).marker(job).isPresent())
        .map(table -> Commits.takeOver(table, job, "none").position())
        .map(last -> KafkaOffsets.parse(rest.topic(), last));
  }

  private static String shown(TableName table, KafkaOffsets position) {
    return table + " at " + position.toJson();
  }
}
