package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.kernel.UserGroups;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Groups of a dimension set that are added up at once.
 *
 * @param set the set's place
 * @param first the first of the groups
 * @param size how many
 * @param of how many groups the set has
 */
public record GroupRange(int set, int first, int size, int of) implements Serializable {
  /** The groups of users, narrowed to this range. */
  public UserGroups narrow(UserGroups groups) {
    return size == of ? groups : groups.range(first, size);
  }

  /**
   * Divides the groups of sets into passes over the history, each with no more than memory holds.
   *
   * @param sizes by set, how many groups it has
   * @param room bytes that a pass may take
   */
  public static List<List<GroupRange>> passes(List<Integer> sizes, CellShape shape, long room) {
    int chunk = shape.chunkGroups();
    // All cells of a pass are one array.
    long array = (long) Integer.MAX_VALUE * Long.BYTES / 2;
    long most = Math.min(room, array) / shape.bytesOfGroup();
    // Ranges begin where chunks do, and one chunk has to go in any case.
    long chunks = Math.max(1, most / chunk);
    List<List<GroupRange>> passes = new ArrayList<>();
    List<GroupRange> pass = new ArrayList<>();
    long left = chunks;
    for (int set = 0; set < sizes.size(); set++) {
      for (int first = 0; first < sizes.get(set); ) {
        if (left == 0) {
          passes.add(pass);
          pass = new ArrayList<>();
          left = chunks;
        }
        long rest = (sizes.get(set) - first + chunk - 1L) / chunk;
        long taken = Math.min(left, rest);
        int size = (int) Math.min(taken * chunk, sizes.get(set) - first);
        pass.add(new GroupRange(set, first, size, sizes.get(set)));
        first += size;
        left -= taken;
      }
    }
    if (!pass.isEmpty()) {
      passes.add(pass);
    }
    return passes;
  }
}
