package io.tidemark.tags.attribute.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.tags.history.UserDays;
import io.tidemark.tags.kernel.Aggregation;
import io.tidemark.tags.kernel.GroupTotals;
import io.tidemark.tags.kernel.Measures;
import io.tidemark.tags.kernel.UserGroups;
import io.tidemark.tags.kernel.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class DictionaryTest {
  private static final ColumnType STRING = ColumnType.parse("string");
  private static final ColumnType INT = ColumnType.parse("int");

  @Test
  void usersWithoutAValueAreNoneWhereTextsSortIt() {
    Dictionary cities = Dictionary.of(STRING, List.of("Oslo", "", "(none)", "Århus", "𝕏", "ﬀ"));
    assertThat(values(cities)).containsExactly("", "(none)", "Oslo", "Århus", "ﬀ", "𝕏");
    Dictionary levels = Dictionary.of(INT, List.of(10, 9, -1));
    assertThat(values(levels)).containsExactly(null, -1, 9, 10);
    assertThat(values(Dictionary.of(STRING, List.of()))).containsExactly("(none)");
  }

  /** Users 0 to 4: Oslo, nothing, the text (none), left out, Bergen. */
  @Test
  void valuesOfABucketBecomeGroupsOfAll() {
    TagIds.Builder city = builder(5, TagIds.NOBODY, false);
    city.set(0, "Oslo");
    city.set(1, null);
    city.set(2, "(none)");
    city.set(4, "Bergen");
    TagIds.Builder interests = builder(5, TagIds.NOBODY, true);
    interests.setAll(0, Arrays.asList("ski", "chess", null, "ski"));
    interests.setAll(1, Arrays.asList((Object) null));
    interests.setAll(2, List.of("chess"));
    interests.setAll(4, List.of());
    BucketTags tags =
        new BucketTags(
            0,
            5,
            List.of(city.build(), interests.build()),
            new boolean[] {true, true, true, false, true});
    List<Dictionary> dictionaries =
        List.of(
            Dictionary.of(STRING, List.of("Bergen", "Oslo", "Tromsø")),
            Dictionary.of(STRING, List.of("chess", "ski")));
    List<UserGroups> groups =
        tags.groups(
            List.of(
                new DimensionSet("city", List.of(0)),
                new DimensionSet("both", List.of(1, 0)),
                new DimensionSet("all", List.of())),
            dictionaries);

    // (none), Bergen, Oslo, Tromsø
    assertThat(users(groups.get(0))).containsExactly(2, 1, 1, 0);
    // (none), chess, ski by the same
    assertThat(users(groups.get(1))).containsExactly(1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0);
    assertThat(users(groups.get(2))).containsExactly(4);
  }

  /** How many users each group has. */
  private static List<Integer> users(UserGroups groups) {
    int users = groups.users();
    Aggregation aggregation =
        new Aggregation(
            new Window(0, 1),
            List.of(),
            new Measures(List.of(), List.of()),
            List.of(groups.count()));
    aggregation.startBucket(List.of(groups));
    aggregation.add(
        new UserDays(0, 0, 1, IntStream.rangeClosed(0, users).toArray(), new int[users]),
        List.of());
    aggregation.endBucket();
    GroupTotals totals = aggregation.totals(0);
    return IntStream.range(0, groups.count())
        .mapToObj(group -> (int) totals.users(group, 0))
        .toList();
  }

  private static TagIds.Builder builder(int users, int without, boolean multiple) {
    return new TagIds.Builder(users, without, multiple);
  }

  private static List<Object> values(Dictionary dictionary) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < dictionary.size(); i++) {
      values.add(dictionary.value(i));
    }
    return values;
  }
}
