package io.tidemark.tags.attribute.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers the tag rows of one bucket. */
public final class TagChunkBuilder {
  private final boolean textUsers;
  private final int[][] ids;

  /** By tag, where each row's values end; {@code null} for a tag of one value a row. */
  private final int[][] ends;

  private final int[] sizes;
  private long[] users = new long[16];
  private byte[] texts = new byte[16];
  private int[] textEnds = new int[16];
  private int rows;

  /**
   * No row yet.
   *
   * @param textUsers whether users are known by texts
   * @param multiple by tag, whether a row may have several values
   */
  public TagChunkBuilder(boolean textUsers, boolean[] multiple) {
    this.textUsers = textUsers;
    this.ids = new int[multiple.length][16];
    this.ends = new int[multiple.length][];
    this.sizes = new int[multiple.length];
    for (int tag = 0; tag < multiple.length; tag++) {
      ends[tag] = multiple[tag] ? new int[16] : null;
    }
  }

  /** Begins a row of a user who is known by a number. */
  public void user(long user) {
    if (rows == users.length) {
      users = Arrays.copyOf(users, 2 * rows);
    }
    users[rows++] = user;
  }

  /** Begins a row of a user who is known by a text, in UTF-8. */
  public void user(byte[] text) {
    int start = rows == 0 ? 0 : textEnds[rows - 1];
    int end = Math.addExact(start, text.length);
    if (end > texts.length) {
      texts = Arrays.copyOf(texts, Math.max(end, 2 * texts.length));
    }
    if (rows == textEnds.length) {
      textEnds = Arrays.copyOf(textEnds, 2 * rows);
    }
    System.arraycopy(text, 0, texts, start, text.length);
    textEnds[rows++] = end;
  }

  /** The row's value of a tag, by its number in the tag's list; 0 for none. */
  public void value(int tag, int id) {
    if (sizes[tag] == ids[tag].length) {
      ids[tag] = Arrays.copyOf(ids[tag], 2 * sizes[tag]);
    }
    ids[tag][sizes[tag]++] = id;
    if (ends[tag] != null) {
      if (rows > ends[tag].length) {
        ends[tag] = Arrays.copyOf(ends[tag], 2 * ends[tag].length);
      }
      ends[tag][rows - 1] = sizes[tag];
    }
  }

  /** How many rows there are. */
  public int rows() {
    return rows;
  }

  /**
   * What was gathered.
   *
   * @param values by tag, what the numbers stand for, from 1 on
   */
  public TagChunk build(List<ArrayList<Object>> values) {
    List<TagIds> tags = new ArrayList<>();
    for (int tag = 0; tag < ids.length; tag++) {
      int[] starts = null;
      if (ends[tag] != null) {
        starts = new int[rows + 1];
        System.arraycopy(ends[tag], 0, starts, 1, rows);
      }
      tags.add(new TagIds(values.get(tag), starts, Arrays.copyOf(ids[tag], sizes[tag])));
    }
    return textUsers
        ? new TagChunk(
            null,
            Arrays.copyOf(texts, rows == 0 ? 0 : textEnds[rows - 1]),
            Arrays.copyOf(textEnds, rows),
            tags)
        : new TagChunk(Arrays.copyOf(users, rows), null, null, tags);
  }
}
