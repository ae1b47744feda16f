package io.tidemark.jobs.spec;

import io.tidemark.jobs.spec.SqlTokens.Token;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that a transform's SQL works row by row and always gives a row the same result. A stream
 * cuts its input into micro-batches where it likes, so anything else would make the answer depend
 * on the cut. It goes by words and names what was written; what words do not show is found in the
 * plan by {@code io.tidemark.jobs.run.SqlCheck}.
 */
final class TransformSqlCheck {
  private static final String ROW_BY_ROW =
      "; a transform works row by row, because a stream sees its rows in micro-batches of any size";

  /** Words in a row, spaces between, and what people call them. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("group by", "GROUP BY"),
          Map.entry("distinct", "DISTINCT"),
          Map.entry("order by", "ORDER BY"),
          Map.entry("sort by", "SORT BY"),
          Map.entry("limit", "LIMIT"),
          Map.entry("having", "HAVING"),
          Map.entry("over (", "OVER("),
          Map.entry("union", "UNION"),
          Map.entry("intersect", "INTERSECT"),
          Map.entry("except", "EXCEPT"),
          Map.entry("join", "JOIN"));

  /** Functions that give another result another time. */
  private static final Set<String> UNSTABLE =
      Set.of(
          "now",
          "current_timestamp",
          "current_date",
          "current_time",
          "curdate",
          "localtimestamp",
          "rand",
          "random",
          "randn",
          "randstr",
          "uniform",
          "uuid",
          "shuffle",
          "monotonically_increasing_id",
          "spark_partition_id",
          "input_file_name",
          "input_file_block_start",
          "input_file_block_length");

  /** Those of them that SQL calls without parentheses too. */
  private static final Set<String> BARE =
      Set.of("current_timestamp", "current_date", "current_time", "localtimestamp");

  private TransformSqlCheck() {}

  /** What is wrong, each with its remedy. */
  static Set<String> check(String sql) {
    List<Token> tokens = SqlTokens.of(sql);
    Set<String> remedies = new LinkedHashSet<>();
    if (tokens.isEmpty()) {
      remedies.add("is empty; write SELECT ..., source.* FROM input");
      return remedies;
    }
    if (!anywhere(tokens, "source . *")) {
      remedies.add(
          "does not select source.*, by which a row keeps its place in Kafka; add source.* to the"
              + " selected columns");
    }
    if (!anywhere(tokens, "from input")) {
      remedies.add("does not read FROM input; that is what the job's input is called");
    }
    for (int i = 0; i < tokens.size(); i++) {
      refuse(tokens, i, remedies);
    }
    return remedies;
  }

  private static void refuse(List<Token> tokens, int at, Set<String> remedies) {
    if (at > 0 && tokens.get(at - 1).is(".")) {
      return; // a field called like a keyword
    }
    REFUSED.forEach(
        (words, name) -> {
          if (at(tokens, at, words)) {
            remedies.add("uses " + name + ROW_BY_ROW + "; remove it, or declare an aggregate");
          }
        });
    String word = tokens.get(at).kind() == SqlTokens.Kind.WORD ? tokens.get(at).text() : "";
    boolean alias = at > 0 && tokens.get(at - 1).is("as");
    boolean called = at(tokens, at, word + " (");
    if (UNSTABLE.contains(word) && (called || BARE.contains(word) && !alias)) {
      remedies.add(
          "calls "
              + word
              + ", which differs from run to run; the same row must give the same result in any"
              + " micro-batch, so use a column such as event_time or kafka_time");
    }
  }

  private static boolean anywhere(List<Token> tokens, String words) {
    for (int i = 0; i < tokens.size(); i++) {
      if (at(tokens, i, words)) {
        return true;
      }
    }
    return false;
  }

  private static boolean at(List<Token> tokens, int start, String words) {
    String[] expected = words.split(" ");
    for (int i = 0; i < expected.length; i++) {
      if (start + i >= tokens.size() || !tokens.get(start + i).is(expected[i])) {
        return false;
      }
    }
    return true;
  }
}
