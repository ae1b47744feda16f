package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.TagQuery.Request;
import io.tidemark.tags.spec.HistorySpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of {@code tags query} alone. */
public final class QueryOptions {
  @Option(
      names = "--by",
      paramLabel = "TAG",
      split = ",",
      description =
          "query: tags, or other columns of the tag table, with commas (default: everybody"
              + " together).")
  private List<String> by = new ArrayList<>();

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description = "query: a condition of SQL on a row of the tag table, whose users alone count.")
  private String where;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "query: how many days, the last included (default: all of the history).")
  private Integer days;

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      split = ",",
      description = "query: this metric alone; repeat it for more (default: all).")
  private List<String> metrics = new ArrayList<>();

  @Option(
      names = "--by-day",
      description = "query: a row for each day, in place of one for all of them.")
  private boolean byDay;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "query: prints at most so many rows (default: ${DEFAULT-VALUE}), those with the most"
              + " users, or with --by-day the first.")
  private int rows = 100;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec verb;

  /** What is asked of a history. */
  Request request(HistorySpec history, Optional<LocalDate> day, Optional<LocalDate> tagsAsOf) {
    if (days != null && days < 1 || rows < 1 || rows == Integer.MAX_VALUE) {
      throw new ParameterException(verb.commandLine(), "--days and --rows are numbers from 1 on.");
    }
    return new Request(
        by,
        Optional.ofNullable(where),
        day,
        days == null ? history.days() : days,
        metrics,
        byDay,
        tagsAsOf,
        rows);
  }
}
