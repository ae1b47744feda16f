package io.tidemark.compaction.retain.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where the tables of a catalog keep their files, so that none loses one to another. */
public final class Locations {
  /** Properties of a table that put files elsewhere than below its location. */
  private static final List<String> ELSEWHERE =
      List.of(
          "write.data.path",
          "write.metadata.path",
          "write.object-storage.path",
          "write.folder-storage.path");

  private final Map<String, Set<Place>> folders = new TreeMap<>();
  private final Map<String, Place> own = new TreeMap<>();
  private final Map<String, Set<Place>> written = new TreeMap<>();

  /**
   * Adds a table.
   *
   * @param location its location
   * @param properties its properties
   */
  public void add(String table, String location, Map<String, String> properties) {
    Set<Place> elsewhere = new LinkedHashSet<>();
    for (String property : ELSEWHERE) {
      String folder = properties.get(property);
      if (folder != null) {
        elsewhere.add(Place.of(folder));
      }
    }
    ColdFolders.of(properties).forEach(folder -> elsewhere.add(Place.of(folder)));
    own.put(table, Place.of(location));
    folders.put(table, with(elsewhere, own.get(table)));
    written.put(
        table, with(elsewhere, Place.of(location + "/data"), Place.of(location + "/metadata")));
  }

  private static Set<Place> with(Set<Place> some, Place... others) {
    Set<Place> all = new LinkedHashSet<>(some);
    all.addAll(List.of(others));
    return all;
  }

  /** Tables that keep files in this one's location itself, or in a folder around it. */
  public Set<String> sharedBy(String table) {
    Set<String> shared = new TreeSet<>();
    folders.forEach(
        (other, where) -> {
          if (!other.equals(table) && own.get(table).isWithinAny(where)) {
            shared.add(other);
          }
        });
    return shared;
  }

  /** Whether a file lies in a folder of another table. */
  public boolean isOthers(String table, String file) {
    Place place = Place.of(file);
    return folders.entrySet().stream()
        .filter(other -> !other.getKey().equals(table))
        .anyMatch(other -> place.isWithinAny(other.getValue()));
  }

  /**
   * Whether a file lies where a table writes. Anywhere else below its location it may be of a table
   * that was told to put its files there, and no longer is: that is written nowhere.
   */
  public boolean isWrittenTo(String table, String file) {
    return Place.of(file).isWithinAny(written.get(table));
  }

  /** Whether a path is a folder or lies in it. */
  public static boolean isWithin(String path, String folder) {
    return Place.of(path).isWithin(Place.of(folder));
  }

  /** Whether two texts are the same place. */
  public static boolean isSame(String one, String other) {
    return Place.of(one).isSame(Place.of(other));
  }
}
