package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.kernel.UserGroups;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tags of a bucket's users, by their numbers.
 *
 * @param bucket the bucket
 * @param users how many numbers are taken
 * @param tags the tags, in the order of the history's
 * @param included by user, whether they are in a group; {@code null} where all are
 */
public record BucketTags(int bucket, int users, List<TagIds> tags, boolean[] included)
    implements Serializable {
  /**
   * The groups of the users, for each of some dimension sets.
   *
   * @param dictionaries by tag, what the numbers of groups stand for
   */
  public List<UserGroups> groups(List<DimensionSet> sets, List<Dictionary> dictionaries) {
    UserGroups[] ofTag = new UserGroups[tags.size()];
    List<UserGroups> groups = new ArrayList<>();
    for (DimensionSet set : sets) {
      UserGroups all = null;
      for (int tag : set.tags()) {
        if (ofTag[tag] == null) {
          ofTag[tag] = groups(tags.get(tag), dictionaries.get(tag));
        }
        all = all == null ? ofTag[tag] : all.and(ofTag[tag]);
      }
      groups.add(all == null ? everybody() : all);
    }
    return groups;
  }

  private UserGroups groups(TagIds tag, Dictionary dictionary) {
    int[] groupOf = dictionary.groups(tag.values());
    int[] ids = tag.ids();
    int[] groups = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      groups[i] = ids[i] == TagIds.NOBODY ? TagIds.NOBODY : groupOf[ids[i]];
    }
    return tag.starts() == null
        ? UserGroups.single(dictionary.size(), groups)
        : UserGroups.several(dictionary.size(), tag.starts(), groups);
  }

  private UserGroups everybody() {
    if (included == null) {
      return UserGroups.everybody(users);
    }
    int[] groups = new int[users];
    Arrays.setAll(groups, user -> included[user] ? 0 : TagIds.NOBODY);
    return UserGroups.single(1, groups);
  }
}
