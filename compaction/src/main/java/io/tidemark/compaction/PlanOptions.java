package io.tidemark.compaction;

import io.tidemark.compaction.plan.Planner.Wish;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a plan is made for; use it as a {@code @Mixin}. */
final class PlanOptions {
  @Parameters(
      arity = "0..*",
      paramLabel = "TABLE",
      description = "Tables as layer.name; all of the catalog when left out.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--day",
      paramLabel = "DAY",
      description = "Only partitions of this business day, as 2026-01-31; no manifests then.")
  private LocalDate day;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = TimeBudget.class,
      description =
          "Expected time of all rewrites together, at most, as 30s, 10min or 2h; each table's own"
              + " budget holds as well (default: those alone).")
  private Duration budget = Wish.UNLIMITED;

  List<String> names() {
    return names;
  }

  Wish wish(Instant now, int cores) {
    return new Wish(now, cores, budget, day);
  }
}
