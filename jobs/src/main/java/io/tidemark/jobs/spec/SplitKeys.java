package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import java.util.List;

/** The keys by which several jobs share one topic. */
final class SplitKeys {
  static final Key<String> BY =
      Key.optional(
          "by",
          Values.IDENTIFIER,
          "The column (string, int or bigint) whose value tells where a message belongs.");
  static final Key<SplitSpec.Otherwise> OTHERWISE =
      Key.withDefault(
          "otherwise",
          Values.oneOf(SplitSpec.Otherwise.class),
          "dead-letter",
          "What the split's own job makes of a message that no route takes: `dead-letter`; `row`, a"
              + " row of its table; `ignore`, it is only counted.");
  static final Key<Section> SPLIT =
      new Key<>(
          "split",
          Structures.section(Keys.of(BY, OTHERWISE), BY),
          false,
          null,
          "",
          "Splits the topic among several jobs: the one without `route` has what no route takes, and"
              + " the others extend it, mostly. The topic is read once for those that run together.");
  static final Key<List<String>> ROUTE =
      Key.list(
          "route",
          Values.TEXT,
          "Of a split topic, the values whose messages this job takes. Never inherited; and a job"
              + " with it does not inherit `start`: without one of its own it begins where the"
              + " split's job stands.");

  private SplitKeys() {}
}
