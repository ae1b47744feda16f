package io.tidemark.tags.build;

import io.tidemark.tags.history.Block;
import io.tidemark.tags.history.BlockBuilder;
import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.Piece;
import io.tidemark.tags.history.Piece.Level;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The rows of a day that a bucket's users have, as they come. The rows of one user, of several
 * inputs, become one user-day.
 */
final class DayRows {
  private final Piece day;
  private final List<MetricType> types;
  private final List<String> inputs;
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(Object user, int input, Object[] values) {}

  /**
   * A day without rows.
   *
   * @param day since 1970-01-01
   * @param inputs their tables, as messages name them
   */
  DayRows(int day, List<MetricType> types, List<String> inputs) {
    this.day = new Piece(Level.DAY, day, day);
    this.types = types;
    this.inputs = inputs;
  }

  /**
   * Adds a row.
   *
   * @param user a {@code Long} or a {@code String}
   * @param input which input it is of
   * @param values of all metrics; of another input's, {@code null}
   */
  void add(Object user, int input, Object[] values) {
    entries.add(new Entry(user, input, values));
  }

  /** Blocks of the rows; users who had no number have one then. */
  List<Block> blocks(int bucket, BucketUsers users) {
    List<Block> blocks = new ArrayList<>();
    BlockBuilder builder = new BlockBuilder(bucket, day, types, 1, blocks::add);
    int[] last = new int[inputs.size()];
    Arrays.fill(last, -1);
    int previous = -1;
    for (long place : places(users)) {
      int number = (int) (place >>> Integer.SIZE);
      Entry entry = entries.get((int) place);
      if (last[entry.input()] == number) {
        throw new IllegalStateException(twice(inputs.get(entry.input())));
      }
      last[entry.input()] = number;
      try {
        if (number == previous) {
          builder.fill(entry.values(), 0);
        } else {
          builder.add(number, day.firstDay(), entry.values(), 0);
        }
      } catch (ArithmeticException e) {
        throw new IllegalStateException(
            "%s has a value on %s that its metric's declared type does not hold: %s"
                .formatted(inputs.get(entry.input()), date(), e.getMessage()),
            e);
      }
      previous = number;
    }
    builder.finish();
    return blocks;
  }

  /** The rows in the order of their users: the user's number, and which row it is. */
  private long[] places(BucketUsers users) {
    int[] numbers = new int[entries.size()];
    List<Object> unknown = new ArrayList<>();
    for (int row = 0; row < numbers.length; row++) {
      numbers[row] = users.number(entries.get(row).user());
      if (numbers[row] < 0) {
        unknown.add(entries.get(row).user());
      }
    }
    users.give(unknown);
    long[] places = new long[numbers.length];
    for (int row = 0; row < numbers.length; row++) {
      int number = numbers[row] < 0 ? users.number(entries.get(row).user()) : numbers[row];
      places[row] = (long) number << Integer.SIZE | row;
    }
    Arrays.sort(places);
    return places;
  }

  /** What is said of a user id whose bytes are no text. */
  String noText(int input, byte[] id) {
    return "%s has a user on %s whose id is not UTF-8, and could be taken for another: bytes %s; have the input make texts of its ids (hex(id), for example), then publish the day again"
        .formatted(inputs.get(input), date(), HexFormat.of().formatHex(id));
  }

  private LocalDate date() {
    return LocalDate.ofEpochDay(day.firstDay());
  }

  private String twice(String table) {
    return "%s has several rows of one user on %s, which is published and must have one; let its job's batch make the day again (./tidemark run JOB --mode batch --day %2$s), then reconcile and publish it"
        .formatted(table, date());
  }
}
