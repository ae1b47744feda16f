package io.tidemark.compaction.retain.plan;

import java.util.Set;

/**
 * A place, however it is written: {@code file:/a}, {@code file:///a}. What the scheme is called
 * does not count ({@code s3}, {@code s3a}).
 *
 * @param authority bucket or host; empty for this machine; {@code null} where the text has no
 *     scheme: it is then of the default file system, whichever that is, and so perhaps any
 * @param path without a slash at its end
 */
public record Place(String authority, String path) {
  /** The place that a text names. */
  public static Place of(String text) {
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

  /** Whether it is a folder or lies in it. */
  public boolean isWithin(Place folder) {
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
