package io.tidemark.tags.codec;

/**
 * Where bytes come from, for people who have to find them.
 *
 * @param table the table
 * @param file the data file
 * @param users which users the bytes are about
 */
public record Place(String table, String file, String users) {
  @Override
  public String toString() {
    return table + ", file " + file + ", " + users;
  }
}
