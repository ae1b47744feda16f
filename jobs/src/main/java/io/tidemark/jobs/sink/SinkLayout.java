package io.tidemark.jobs.sink;

import io.tidemark.catalog.TableName;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the rows of a sink look like.
 *
 * @param job name of the sink
 * @param table the table it reads
 * @param key the columns that tell its rows apart, at least one
 * @param values the other columns that are written
 * @param definition what the rows are
 */
public record SinkLayout(
    String job,
    TableName table,
    List<SinkColumn> key,
    List<SinkColumn> values,
    SinkDefinition definition) {
  public SinkLayout {
    key = List.copyOf(key);
    values = List.copyOf(values);
  }

  /** All columns, those of the key first. */
  public List<SinkColumn> columns() {
    return Stream.concat(key.stream(), values.stream()).toList();
  }
}
