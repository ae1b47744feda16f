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

  private final Map<String, Set<String>> folders = new TreeMap<>();
  private final Map<String, String> own = new TreeMap<>();

  /**
   * Adds a table.
   *
   * @param location its location
   * @param properties its properties
   */
  public void add(String table, String location, Map<String, String> properties) {
    Set<String> all = new LinkedHashSet<>();
    all.add(normal(location));
    own.put(table, normal(location));
    for (String property : ELSEWHERE) {
      String folder = properties.get(property);
      if (folder != null) {
        all.add(normal(folder));
      }
    }
    ColdFolders.of(properties).forEach(folder -> all.add(normal(folder)));
    folders.put(table, all);
  }

  /** Tables that keep files in this one's location itself, or in a folder around it. */
  public Set<String> sharedBy(String table) {
    String location = own.get(table);
    Set<String> shared = new TreeSet<>();
    folders.forEach(
        (other, where) -> {
          if (!other.equals(table)
              && where.stream().anyMatch(folder -> isWithin(location, folder))) {
            shared.add(other);
          }
        });
    return shared;
  }

  /** Whether a file lies in a folder of another table. */
  public boolean isOthers(String table, String file) {
    String path = normal(file);
    return folders.entrySet().stream()
        .filter(other -> !other.getKey().equals(table))
        .flatMap(other -> other.getValue().stream())
        .anyMatch(folder -> isWithin(path, folder));
  }

  /** Whether a path is a folder or lies in it. */
  public static boolean isWithin(String path, String folder) {
    return path.equals(folder) || path.startsWith(folder.endsWith("/") ? folder : folder + "/");
  }

  /**
   * The same text for the same place, however it is written: {@code file:/a}, {@code file:///a}.
   */
  public static String normal(String location) {
    String path = location;
    int scheme = location.indexOf(":/");
    if (scheme >= 0) {
      // Not URI.create: paths of partitions may hold what a URI must not.
      String rest = location.substring(scheme + 1);
      path = rest.startsWith("//") ? rest.substring(2) : rest;
      if (rest.startsWith("//") && !rest.startsWith("///")) {
        path = "//" + path;
      }
    }
    String single = path.startsWith("//") ? "//" + squeezed(path.substring(2)) : squeezed(path);
    return single.length() > 1 && single.endsWith("/")
        ? single.substring(0, single.length() - 1)
        : single;
  }

  private static String squeezed(String path) {
    return path.replaceAll("/{2,}", "/");
  }
}
