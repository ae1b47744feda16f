package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.attribute.Attribution.Question;
import io.tidemark.tags.attribute.plan.CellShape;
import io.tidemark.tags.attribute.plan.ResultShape;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricType.Kind;
import io.tidemark.tags.kernel.Measures;
import io.tidemark.tags.kernel.Window;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.TagTable.Tag;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds a history up by tags that nobody has declared together. */
public final class TagQuery {
  private static final String SET = "query";

  /**
   * What is asked for.
   *
   * @param by tags, or other columns of the tag table; none for everybody together
   * @param where a condition on a row of the tag table, whose users alone count
   * @param day the last day; nothing for the latest
   * @param days how many days
   * @param metrics names of metrics; empty for all
   * @param byDay whether there is a row for each day, and not one for all of them
   * @param tagsAsOf the day whose tags are taken; nothing for the latest
   * @param most how many rows are wanted: of groups those with the most users
   */
  public record Request(
      List<String> by,
      Optional<String> where,
      Optional<LocalDate> day,
      int days,
      List<String> metrics,
      boolean byDay,
      Optional<LocalDate> tagsAsOf,
      int most) {
    public Request {
      by = List.copyOf(by);
      metrics = List.copyOf(metrics);
    }
  }

  /**
   * What came out.
   *
   * @param columns names of the columns
   * @param rows their values
   * @param more whether there are more rows
   * @param window the days
   * @param tags snapshot of the tag table
   */
  public record Answer(
      List<String> columns, List<Object[]> rows, boolean more, Window window, long tags) {}

  private final Lakehouse lake;
  private final HistorySpec spec;
  private final BucketProgress progress;

  public TagQuery(Lakehouse lake, HistorySpec spec, BucketProgress progress) {
    this.lake = lake;
    this.spec = spec;
    this.progress = progress;
  }

  /**
   * Answers.
   *
   * @throws TagsRefusedException when history, tags or metrics are not there, or the condition is
   *     none
   */
  public Answer ask(Request request) {
    PinnedHistory history = PinnedHistory.pin(lake, spec);
    Window window = window(request, history);
    TagRows rows = TagRows.pin(lake, spec, request.tagsAsOf());
    Map<String, Tag> tags = rows.tags(request.by());
    Map<String, MetricType> metrics = metrics(request);
    Measures measures =
        request.byDay()
            ? new Measures(List.of(), List.of())
            : new Measures(List.of(window.days()), List.of());
    Question question =
        new Question(
            tags,
            Map.of(SET, request.by()),
            List.copyOf(metrics.keySet()),
            new CellShape(
                window, List.copyOf(metrics.values()), widest(metrics.values()), measures),
            request.where());
    ResultShape shape = question.shape(SET);
    try (TaggedUsers users = TaggedUsers.read(lake, history, rows, tags, request.where())) {
      List<QueryRows.Kept> parts =
          new Attribution(lake, history, question, Room.OF_EXECUTOR)
              .run(users, new QueryRows(shape, request.byDay(), request.most() + 1), progress);
      return answer(request, shape, parts, window, rows.snapshot());
    }
  }

  /** No column holds the sums, so they may be as large as they come. */
  private static List<MetricType> widest(Collection<MetricType> types) {
    return types.stream()
        .map(
            type ->
                type.kind() == Kind.DOUBLE
                    ? type
                    : MetricType.decimal(MetricType.MAX_DIGITS, type.scale()))
        .toList();
  }

  private static Answer answer(
      Request request,
      ResultShape shape,
      List<QueryRows.Kept> parts,
      Window window,
      long snapshot) {
    List<Object[]> all = new ArrayList<>();
    parts.forEach(part -> all.addAll(part.rows()));
    if (!request.byDay()) {
      all.sort(Comparator.comparing(row -> -(Long) row[request.by().size()]));
    }
    boolean more = all.size() > request.most();
    List<Object[]> rows = all.subList(0, Math.min(request.most(), all.size()));
    return new Answer(
        QueryRows.columns(shape, request.byDay()), List.copyOf(rows), more, window, snapshot);
  }

  private Window window(Request request, PinnedHistory history) {
    LocalDate last = request.day().orElse(history.day());
    LocalDate first = history.day().minusDays(spec.days() - 1L);
    LocalDate wanted = last.minusDays(request.days() - 1L);
    if (last.isAfter(history.day()) || wanted.isBefore(first)) {
      throw new TagsRefusedException(
          "history %s has the days from %s to %s; %d days to %s are not all among them"
              .formatted(spec.name(), first, history.day(), request.days(), last));
    }
    return PinnedHistory.window(last, request.days());
  }

  private Map<String, MetricType> metrics(Request request) {
    List<String> unknown =
        request.metrics().stream().filter(name -> !spec.metrics().containsKey(name)).toList();
    if (!unknown.isEmpty()) {
      throw new TagsRefusedException(
          "history %s has no metric %s; it has %s"
              .formatted(
                  spec.name(),
                  String.join(", ", unknown),
                  String.join(", ", spec.metrics().keySet())));
    }
    if (request.metrics().isEmpty()) {
      return spec.metrics();
    }
    Map<String, MetricType> some = new LinkedHashMap<>(spec.metrics());
    some.keySet().retainAll(request.metrics());
    return some;
  }
}
