package io.tidemark.catalog.cut;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.catalog.commit.LostPositionException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * How far a job behind ODS has read each table that it reads, as its marker's position says it: the
 * id of a snapshot for a job with one input, {@code {"ods.app":12,"ods.web":34}} for one with
 * several. It is one text, so that all inputs move with the rows in one commit.
 *
 * <p>An input that is no longer declared keeps its position: its rows are in the table, and would
 * be there twice if it were declared again and read from its beginning.
 *
 * @param snapshots table to the last snapshot read; a table of which nothing was read is not there
 */
public record InputPositions(SortedMap<String, Long> snapshots) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public InputPositions {
    snapshots = Collections.unmodifiableSortedMap(new TreeMap<>(snapshots));
  }

  /**
   * Reads a marker's position. Inputs may have been added to the job since it was written: of them
   * nothing was read.
   *
   * @param inputs the tables that the job reads today
   * @param has whether a table has a snapshot; asked only when a job with one input has got others
   * @throws LostPositionException when it is the position of no input
   */
  public static InputPositions parse(
      String position, Collection<String> inputs, BiPredicate<String, Long> has) {
    if (position.isEmpty()) {
      return new InputPositions(new TreeMap<>());
    }
    Optional<Map<String, Long>> several = several(position);
    if (several.isPresent()) {
      return new InputPositions(new TreeMap<>(several.get()));
    }
    SortedMap<String, Long> read = new TreeMap<>();
    long id = single(position).orElseThrow(() -> unreadable(position, inputs));
    read.put(
        inputs.size() == 1
            ? inputs.iterator().next()
            : inputs.stream()
                .filter(input -> has.test(input, id))
                .findFirst()
                .orElseThrow(() -> unreadable(position, inputs)),
        id);
    return new InputPositions(read);
  }

  private static LostPositionException unreadable(String position, Collection<String> inputs) {
    return new LostPositionException(
        ("position '%s' is that of a snapshot of none of %s, so nobody knows how far they were"
                + " read; declare the input that it was written for again, or drop the table that"
                + " this job writes, its view, and the tables behind it")
            .formatted(position, String.join(", ", inputs)));
  }

  /** The snapshots that a marker's position names; none where it is one of another kind. */
  public static List<Long> named(String position) {
    return several(position)
        .map(each -> List.copyOf(each.values()))
        .orElseGet(() -> single(position).map(List::of).orElse(List.of()));
  }

  /** Whether a position is of several inputs; offsets of topics are maps as well, of maps. */
  public static boolean isOfSeveral(String position) {
    return several(position).isPresent();
  }

  private static Optional<Long> single(String position) {
    try {
      return Optional.of(Long.valueOf(position));
    } catch (NumberFormatException other) {
      return Optional.empty();
    }
  }

  private static Optional<Map<String, Long>> several(String position) {
    if (!position.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(position);
      Map<String, Long> read = new TreeMap<>();
      node.fields().forEachRemaining(e -> read.put(e.getKey(), e.getValue().asLong()));
      List<JsonNode> values = new ArrayList<>();
      node.elements().forEachRemaining(values::add);
      return !values.isEmpty() && values.stream().allMatch(JsonNode::isIntegralNumber)
          ? Optional.of(read)
          : Optional.empty();
    } catch (JsonProcessingException other) {
      return Optional.empty();
    }
  }

  /** The last snapshot read of a table; {@code null} when nothing of it was read. */
  public Long of(String table) {
    return snapshots.get(table);
  }

  /** The positions once ranges were read, too. */
  public InputPositions after(Map<String, InputRange> ranges) {
    SortedMap<String, Long> next = new TreeMap<>(snapshots);
    ranges.forEach((table, range) -> next.put(table, range.to()));
    return new InputPositions(next);
  }

  /**
   * What a marker has as its position.
   *
   * @param inputs the tables that the job reads
   */
  public String text(Collection<String> inputs) {
    if (snapshots.isEmpty()) {
      return "";
    }
    if (inputs.size() == 1 && snapshots.keySet().equals(Set.copyOf(inputs))) {
      return snapshots.get(snapshots.firstKey()).toString();
    }
    try {
      return JSON.writeValueAsString(snapshots);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("positions " + snapshots + " cannot be written", e);
    }
  }
}
