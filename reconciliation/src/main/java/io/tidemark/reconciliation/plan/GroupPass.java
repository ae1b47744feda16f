package io.tidemark.reconciliation.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The first, cheap look at both sides, as SQL: each is read once and added up by groups of keys.
 * One row comes back: how many rows and totals there are, and which groups differ.
 *
 * @param stream the stream's rows
 * @param batch the batch's rows
 * @param totals what is added up besides
 * @param bits how many bits number the groups
 */
public record GroupPass(HashedRows stream, HashedRows batch, List<MetricTotal> totals, int bits) {
  /** The columns before those of the metrics: rows of each side, groups, those that differ. */
  public static final int FIRST_METRIC = 5;

  /** The columns of a metric: both totals and the magnitude. */
  public static final int NUMBERS_PER_METRIC = 3;

  private static final String SAME = "(s.n <=> b.n AND s.lo <=> b.lo AND s.hi <=> b.hi)";

  public GroupPass {
    totals = List.copyOf(totals);
  }

  /**
   * The rows of the stream, of the batch, the number of groups, the rows of differing groups and
   * the numbers of these groups; then per metric the totals of stream and batch and the magnitude.
   */
  public String sql() {
    List<String> streamParts = new ArrayList<>();
    List<String> batchParts = new ArrayList<>();
    List<String> merged = new ArrayList<>();
    List<String> numbers =
        new ArrayList<>(
            List.of(
                "COALESCE(sn, 0L)", "COALESCE(bn, 0L)", "groups", "rows_apart", "groups_apart"));
    for (MetricTotal metric : totals) {
      SideTotal side = metric.side();
      List<String> ofStream = new ArrayList<>();
      List<String> ofBatch = new ArrayList<>();
      for (String part : side.parts()) {
        ofStream.add("s" + streamParts.size());
        merged.add("%1$s(s.p%2$d) AS s%2$d".formatted(side.merge(), streamParts.size()));
        streamParts.add(part);
      }
      for (String part : Stream.concat(side.parts().stream(), side.sizes().stream()).toList()) {
        ofBatch.add("b" + batchParts.size());
        merged.add("%1$s(b.p%2$d) AS b%2$d".formatted(side.merge(), batchParts.size()));
        batchParts.add(part);
      }
      numbers.add(side.total().apply(ofStream));
      numbers.add(side.total().apply(ofBatch));
      numbers.add(side.magnitude().apply(ofBatch));
    }
    List<String> named = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      named.add(numbers.get(i) + " AS c" + i);
    }
    merged.add("SUM(s.n) AS sn");
    merged.add("SUM(b.n) AS bn");
    merged.add("COUNT(*) AS groups");
    merged.add(
        "COALESCE(SUM(CASE WHEN NOT %s THEN COALESCE(s.n, 0L) + COALESCE(b.n, 0L) END), 0L) AS rows_apart"
            .formatted(SAME));
    merged.add(
        "collect_list(CASE WHEN NOT %s THEN COALESCE(s.g, b.g) END) AS groups_apart"
            .formatted(SAME));
    return "SELECT %s FROM (SELECT %s FROM (%s) s FULL OUTER JOIN (%s) b ON s.g = b.g)"
        .formatted(
            String.join(",\n  ", named),
            String.join(", ", merged),
            stream.groups(bits, streamParts),
            batch.groups(bits, batchParts));
  }

  /** The hashes of the keys that differ, as {@code only__}. */
  public String differingKeys(Optional<Only> groups) {
    String where = groups.map(only -> only.on("t.kh__")).orElse("");
    String hint = groups.filter(Only::small).isPresent() ? "/*+ BROADCAST(only_keys) */ " : "";
    return "SELECT kh AS only__ FROM (%s UNION ALL %s) GROUP BY kh HAVING SUM(n) <> 0 OR SUM(lo) <> 0 OR SUM(hi) <> 0"
        .formatted(
            stream.pairs(1, where).replaceFirst("SELECT ", "SELECT " + hint),
            batch.pairs(-1, where).replaceFirst("SELECT ", "SELECT " + hint));
  }
}
