package io.tidemark.compaction.plan;

import java.util.ArrayList;
import java.util.List;

/** Cuts work into groups of about the same size, none above a limit where files allow it. */
final class Groups {
  private Groups() {}

  /**
   * The groups of some work.
   *
   * @param most bytes of a group
   * @param longest seconds of a group, which many small files take though they have few bytes
   */
  static List<Group> of(Work work, double most, double longest, Speed speed) {
    double bySize = work.bytes() / Math.max(1, most);
    double byTime = speed.groups(work.files(), work.bytes(), longest);
    long wanted = Math.max(1, (long) Math.ceil(Math.max(bySize, byTime)));
    long possible =
        switch (work.scope()) {
          case MANIFESTS -> 1;
          case COLD -> work.files();
          // Of one file there is nothing to put together: a group has two, and leaves one at least.
          case SMALL_FILES, SMALLEST_FILES, ALL_FILES -> Math.max(1, work.files() / 2);
        };
    int count = (int) Math.min(Math.min(wanted, possible), Integer.MAX_VALUE);
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long files = share(work.files(), i, count);
      long bytes = share(work.bytes(), i, count);
      groups.add(
          new Group(
              i + 1,
              files,
              Math.min(share(work.filesFewer(), i, count), files - 1),
              bytes,
              share(work.bytesFewer(), i, count),
              speed.seconds(files, bytes)));
    }
    return groups;
  }

  /** Shares of all groups add up to the whole. */
  private static long share(long whole, int part, int parts) {
    return Math.multiplyExact(whole / parts, part + 1L)
        - Math.multiplyExact(whole / parts, (long) part)
        + (part < whole % parts ? 1 : 0);
  }
}
