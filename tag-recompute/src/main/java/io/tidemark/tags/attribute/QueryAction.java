package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.TextTable;
import io.tidemark.tags.attribute.TagQuery.Answer;
import io.tidemark.tags.attribute.TagQuery.Request;
import io.tidemark.tags.spec.HistorySpec;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.Optional;

/** {@code tags query}. */
public final class QueryAction {
  private final Lakehouse lake;
  private final PrintWriter progress;
  private final PrintWriter out;

  /**
   * The action.
   *
   * @param progress told what is being done
   * @param out told what came out
   */
  public QueryAction(Lakehouse lake, PrintWriter progress, PrintWriter out) {
    this.lake = lake;
    this.progress = progress;
    this.out = out;
  }

  /** Asks a history. */
  public int run(
      HistorySpec history,
      Optional<LocalDate> day,
      Optional<LocalDate> tagsAsOf,
      QueryOptions options) {
    Request request = options.request(history, day, tagsAsOf);
    Answer answer =
        new TagQuery(lake, history, BucketProgress.lines(progress, history.name())).ask(request);
    TextTable table = new TextTable(answer.columns().toArray(String[]::new));
    answer.rows().forEach(table::add);
    table.print(out);
    LocalDate first = LocalDate.ofEpochDay(answer.window().firstDay());
    int rows = answer.rows().size();
    out.printf(
        "(%s; %s to %s, tags of snapshot %d)%n",
        answer.more()
            ? "the first " + rows + "; there are more"
            : rows + (rows == 1 ? " row" : " rows"),
        first,
        first.plusDays(answer.window().days() - 1L),
        answer.tags());
    out.flush();
    return ExitCodes.OK;
  }
}
