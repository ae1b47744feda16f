package io.tidemark.compaction.retain.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Folders beside its location in which a table keeps files that were moved there. The table itself
 * says so: what is there belongs to it though no policy moves anything any more, or elsewhere.
 */
public final class ColdFolders {
  /** The property of a table that names them, with a comma between two. */
  public static final String PROPERTY = "tidemark.cold-location";

  private ColdFolders() {}

  /** The folders of a table with these properties, in the order in which they came. */
  public static List<String> of(Map<String, String> properties) {
    return Stream.of(properties.getOrDefault(PROPERTY, "").split(","))
        .filter(folder -> !folder.isEmpty())
        .toList();
  }

  /** The value of {@link #PROPERTY} for one folder more. */
  public static String with(Map<String, String> properties, String folder) {
    List<String> all = new ArrayList<>(of(properties));
    if (!all.contains(folder)) {
      all.add(folder);
    }
    return String.join(",", all);
  }
}
