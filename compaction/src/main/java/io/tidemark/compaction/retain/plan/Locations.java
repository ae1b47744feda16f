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

  /**
   * A place, however it is written: {@code file:/a}, {@code file:///a}. What the scheme is called
   * does not count ({@code s3}, {@code s3a}).
   *
   * @param authority bucket or host; empty for this machine; {@code null} where the text has no
   *     scheme: it is then of the default file system, whichever that is, and so perhaps any
   * @param path without a slash at its end
   */
  private record Place(String authority, String path) {
    static Place of(String text) {
      int scheme = text.indexOf(":/");
      if (scheme < 0 || text.startsWith("/")) {
        return new Place(null, plain(text));
      }
      // Not URI.create: paths of partitions may hold what a URI must not.
      String rest = text.substring(scheme + 1);
      if (!rest.startsWith("//")) {
        return new Place("", plain(rest));
      }
      int path = rest.indexOf('/', 2);
      return path < 0
          ? new Place(rest.substring(2), "")
          : new Place(rest.substring(2, path), plain(rest.substring(path)));
    }

    private static String plain(String path) {
      String single = path.replaceAll("/{2,}", "/");
      return single.endsWith("/") ? single.substring(0, single.length() - 1) : single;
    }

    boolean isWithinAny(Set<Place> folders) {
      return folders.stream().anyMatch(this::isWithin);
    }

    private boolean isWithin(Place folder) {
      return mayBeAt(folder.authority)
          && (path.equals(folder.path) || path.startsWith(folder.path + "/"));
    }

    boolean isSame(Place other) {
      return mayBeAt(other.authority) && path.equals(other.path);
    }

    private boolean mayBeAt(String other) {
      return authority == null || other == null || authority.equals(other);
    }
  }
}
