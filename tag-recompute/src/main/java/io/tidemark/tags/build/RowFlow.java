package io.tidemark.tags.build;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/** Makes rows of rows, in a task: some come out when some have come in. */
abstract class RowFlow implements Iterator<Row> {
  private final Iterator<Row> input;
  private final Deque<Iterator<Row>> output = new ArrayDeque<>();
  private boolean ended;

  RowFlow(Iterator<Row> input) {
    this.input = input;
  }

  /** The next row that comes in. */
  abstract void take(Row row);

  /** None comes in any more. */
  abstract void end();

  /** The next row that goes out. */
  final void emit(Row row) {
    output.add(Collections.singleton(row).iterator());
  }

  /** The next rows that go out, each made when its turn comes, before the next one comes in. */
  final void emit(Iterator<Row> rows) {
    output.add(rows);
  }

  @Override
  public final boolean hasNext() {
    while (true) {
      while (!output.isEmpty()) {
        if (output.element().hasNext()) {
          return true;
        }
        output.remove();
      }
      if (ended) {
        return false;
      }
      if (input.hasNext()) {
        take(input.next());
      } else {
        ended = true;
        end();
      }
    }
  }

  @Override
  public final Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return output.element().next();
  }
}
