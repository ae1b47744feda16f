package io.tidemark.tags.attribute.plan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How the groups of dimension sets are divided into parts that one task each brings together and
 * writes: neighbouring groups of one set, so that files are sorted and a value is in few of them.
 *
 * @param parts the parts, by set and group
 */
public record ResultParts(List<Part> parts) implements Serializable {
  /**
   * Some chunks of a set.
   *
   * @param set the set's place
   * @param firstChunk the first of its chunks
   * @param chunks how many
   */
  public record Part(int set, int firstChunk, int chunks) implements Serializable {}

  public ResultParts {
    parts = List.copyOf(parts);
  }

  /**
   * Divides the groups of sets.
   *
   * @param sizes by set, how many groups it has
   * @param cells how many cells a part has, about
   */
  public static ResultParts of(List<Integer> sizes, CellShape shape, long cells) {
    List<Part> parts = new ArrayList<>();
    long chunkCells = (long) shape.chunkGroups() * shape.days();
    int most = (int) Math.max(1, cells / chunkCells);
    for (int set = 0; set < sizes.size(); set++) {
      int chunks = (sizes.get(set) + shape.chunkGroups() - 1) / shape.chunkGroups();
      for (int first = 0; first < chunks; first += most) {
        parts.add(new Part(set, first, Math.min(most, chunks - first)));
      }
    }
    return new ResultParts(parts);
  }

  /** The place of the part that a chunk belongs to. */
  public int partOf(int set, int chunk) {
    int low = 0;
    int high = parts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      Part part = parts.get(middle);
      boolean behind = part.set() > set || part.set() == set && part.firstChunk() > chunk;
      if (behind) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return low;
  }
}
