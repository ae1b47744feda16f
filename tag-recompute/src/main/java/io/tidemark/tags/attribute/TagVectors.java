package io.tidemark.tags.attribute;

import io.tidemark.tags.attribute.plan.BucketTags;
import io.tidemark.tags.attribute.plan.TagChunk;
import io.tidemark.tags.attribute.plan.TagIds;
import io.tidemark.tags.history.LongNumbers;
import io.tidemark.tags.spec.TagTable.Tag;
import io.tidemark.tags.table.HistoryColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Brings the tags of a bucket's users into the order of their numbers. A partition has the chunks
 * of the bucket of its own number. Rows of users who are not in the directory fall away.
 */
final class TagVectors
    implements Function2<Integer, Iterator<TagChunk>, Iterator<TagVectors.Found>> {
  private static final long serialVersionUID = 1L;

  /** Repeated users that a refusal names. */
  static final int NAMED = 10;

  /**
   * What was found for a bucket.
   *
   * @param tags the vectors
   * @param rows tag rows
   * @param known those of users in the directory
   * @param repeated some users who have more than one row
   */
  record Found(BucketTags tags, long rows, long known, List<String> repeated)
      implements Serializable {}

  private final BucketFiles directory;
  private final boolean textUsers;
  private final ArrayList<Tag> tags;
  private final boolean onlyTagged;

  /**
   * Vectors of tags.
   *
   * @param directory the files of users' numbers
   * @param textUsers whether a user is known by a text
   * @param tags the tags, in the order of the chunks'
   * @param onlyTagged whether users without a row are in no group
   */
  TagVectors(BucketFiles directory, boolean textUsers, List<Tag> tags, boolean onlyTagged) {
    this.directory = directory;
    this.textUsers = textUsers;
    this.tags = new ArrayList<>(tags);
    this.onlyTagged = onlyTagged;
  }

  @Override
  public Iterator<Found> call(Integer bucket, Iterator<TagChunk> chunks) {
    Known known = new Known();
    directory
        .of(bucket)
        .forEach(
            file ->
                directory.read(
                    file,
                    List.of(HistoryColumns.NUMBER, HistoryColumns.USER_ID),
                    row -> known.put(row.get(1), (Integer) row.get(0))));
    return List.of(fill(bucket, known, chunks)).iterator();
  }

  private Found fill(int bucket, Known known, Iterator<TagChunk> chunks) {
    List<TagIds.Builder> builders = new ArrayList<>();
    for (Tag tag : tags) {
      builders.add(new TagIds.Builder(known.users, onlyTagged ? TagIds.NOBODY : 0, tag.multiple()));
    }
    BitSet seen = new BitSet(known.users);
    List<String> repeated = new ArrayList<>();
    long all = 0;
    long found = 0;
    while (chunks.hasNext()) {
      TagChunk chunk = chunks.next();
      all += chunk.rows();
      int[] numbers = new int[chunk.rows()];
      for (int row = 0; row < numbers.length; row++) {
        numbers[row] = known.number(chunk, row);
        if (numbers[row] >= 0) {
          found++;
          if (seen.get(numbers[row]) && repeated.size() < NAMED) {
            repeated.add(name(chunk, row));
          }
          seen.set(numbers[row]);
        }
      }
      for (int tag = 0; tag < builders.size(); tag++) {
        take(builders.get(tag), chunk.tags().get(tag), numbers);
      }
    }
    boolean[] included = null;
    if (onlyTagged) {
      included = new boolean[known.users];
      for (int user = 0; user < known.users; user++) {
        included[user] = seen.get(user);
      }
    }
    List<TagIds> ids = builders.stream().map(TagIds.Builder::build).toList();
    return new Found(new BucketTags(bucket, known.users, ids, included), all, found, repeated);
  }

  private static void take(TagIds.Builder builder, TagIds values, int[] users) {
    int[] ids = builder.numbers(values);
    for (int row = 0; row < users.length; row++) {
      if (users[row] >= 0) {
        builder.set(users[row], values, row, ids);
      }
    }
  }

  private static String name(TagChunk chunk, int row) {
    return chunk.users() == null ? text(chunk, row).toString() : "" + chunk.users()[row];
  }

  private static UTF8String text(TagChunk chunk, int row) {
    int start = chunk.start(row);
    return UTF8String.fromBytes(chunk.texts(), start, chunk.ends()[row] - start);
  }

  /** The numbers of a bucket's users. */
  private final class Known {
    private final LongNumbers byNumber = new LongNumbers();
    private final Map<UTF8String, Integer> byText = new HashMap<>();
    private int users;

    void put(Object user, int number) {
      users = Math.max(users, number + 1);
      if (textUsers) {
        byText.put(UTF8String.fromString(user.toString()), number);
      } else {
        byNumber.put((Long) user, number);
      }
    }

    int number(TagChunk chunk, int row) {
      return textUsers
          ? byText.getOrDefault(text(chunk, row), -1)
          : byNumber.get(chunk.users()[row]);
    }
  }
}
