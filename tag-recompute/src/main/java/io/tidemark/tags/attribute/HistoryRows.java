package io.tidemark.tags.attribute;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.tags.attribute.Attribution.Question;
import io.tidemark.tags.attribute.plan.CellShape;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.kernel.Measures;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.TagTable.Tag;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes the rows of dimension sets by the latest tags, for whoever takes them. */
public final class HistoryRows {
  private final Lakehouse lake;
  private final HistorySpec spec;
  private final BucketProgress progress;

  public HistoryRows(Lakehouse lake, HistorySpec spec, BucketProgress progress) {
    this.lake = lake;
    this.spec = spec;
    this.progress = progress;
  }

  /**
   * A row for each group and day with an active user, in one pass over the history: tags, day,
   * users, metrics.
   *
   * @param sets by name, their tags
   * @param metrics names of the metrics, those of the history in its order; none for users alone
   * @return what became of each part of the results
   * @throws TagsRefusedException when history or tags are not there, or not as declared
   */
  public <R extends Serializable> List<R> compute(
      Map<String, List<String>> sets, List<String> metrics, RowSinks<R> sinks) {
    PinnedHistory history = PinnedHistory.pin(lake, spec);
    TagRows rows = TagRows.pin(lake, spec, Optional.empty());
    Map<String, Tag> tags =
        rows.tags(sets.values().stream().flatMap(List::stream).distinct().toList());
    Map<String, MetricType> wanted = new LinkedHashMap<>(spec.metrics());
    wanted.keySet().retainAll(metrics);
    Question question =
        new Question(
            tags,
            new LinkedHashMap<>(sets),
            List.copyOf(wanted.keySet()),
            new CellShape(
                PinnedHistory.window(history.day(), spec.days()),
                List.copyOf(wanted.values()),
                spec.sumTypes(wanted),
                new Measures(List.of(), List.of())),
            Optional.empty());
    try (TaggedUsers users = TaggedUsers.read(lake, history, rows, tags, Optional.empty())) {
      return new Attribution(lake, history, question, Room.OF_EXECUTOR).run(users, sinks, progress);
    }
  }
}
