package io.tidemark.jobs.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.spec.SinkSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the rows of a copy are. It stands beside the position: a copy that was made by another
 * definition has rows under other keys, or values that no change of the table corrects, and is not
 * gone on with.
 *
 * @param key the columns that tell rows apart, in order
 * @param rows which rows of what is stored readers are shown
 * @param columns how each other column that is written is told from what is stored
 */
public record SinkDefinition(List<String> key, String rows, Map<String, String> columns) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public SinkDefinition {
    key = List.copyOf(key);
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** As it stands beside the position. */
  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a definition cannot be written", e);
    }
  }

  /**
   * Why a copy that was made by another definition has to be written again; nothing where it may be
   * gone on with. Columns that came are written from now on, and those that went no more.
   *
   * @param written what stands beside the position; {@code null} for nothing
   */
  public List<Problem> problems(String job, String written) {
    SinkDefinition before;
    try {
      before = JSON.readValue(String.valueOf(written), SinkDefinition.class);
    } catch (JsonProcessingException e) {
      before = null;
    }
    if (before == null) {
      return List.of(
          problem(job, "definition", "beside the position does not say what was written"));
    }
    List<Problem> problems = new ArrayList<>();
    if (!key.equals(before.key)) {
      problems.add(
          problem(
              job,
              "key",
              "is %s now, and was %s when rows were written, which would stay beside the new ones"
                  .formatted(String.join(", ", key), String.join(", ", before.key))));
    }
    if (!rows.equals(before.rows)) {
      problems.add(
          problem(
              job,
              "rows",
              "that readers are shown are '%s' now, and were '%s'".formatted(rows, before.rows)));
    }
    before.columns.forEach(
        (column, was) -> {
          String now = columns.getOrDefault(column, was);
          if (!now.equals(was)) {
            problems.add(
                problem(
                    job,
                    "column " + column,
                    "is %s now, and was %s when rows were written, which would keep their values"
                        .formatted(now, was)));
          }
        });
    return problems;
  }

  private static Problem problem(String job, String what, String why) {
    return new Problem(
        "job " + job, what, "", why + "; write everything again: " + SinkSpec.reloading(job));
  }
}
