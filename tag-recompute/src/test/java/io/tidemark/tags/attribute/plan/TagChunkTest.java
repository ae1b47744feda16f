package io.tidemark.tags.attribute.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class TagChunkTest {
  /** Two chunks whose lists number the same values differently. */
  @Test
  void rowsOfChunksComeToTheirUsers() {
    TagChunkBuilder first = new TagChunkBuilder(true, new boolean[] {false, true});
    List<ArrayList<Object>> firstValues = List.of(list("a", "b"), list("x", "y", "z"));
    first.user("anna".getBytes(StandardCharsets.UTF_8));
    first.value(0, 2);
    first.value(1, 1);
    first.value(1, 3);
    first.user("bo".getBytes(StandardCharsets.UTF_8));
    first.value(0, 0);
    first.value(1, 0);
    TagChunkBuilder second = new TagChunkBuilder(true, new boolean[] {false, true});
    second.user("".getBytes(StandardCharsets.UTF_8));
    second.value(0, 1);
    second.value(1, 1);
    second.value(1, 2);
    TagChunk chunk = first.build(firstValues);
    TagChunk other = second.build(List.of(list("b"), list("z", "x")));

    assertThat(chunk.rows()).isEqualTo(2);
    assertThat(new String(chunk.texts(), chunk.start(1), 2, StandardCharsets.UTF_8))
        .isEqualTo("bo");
    assertThat(other.start(0)).isEqualTo(other.ends()[0]);
    TagIds single = together(chunk, other, 0);
    assertThat(single.starts()).isNull();
    assertThat(values(single)).isEqualTo(List.of("b", "", "b"));
    TagIds several = together(chunk, other, 1);
    assertThat(several.starts()).containsExactly(0, 2, 3, 5);
    assertThat(values(several)).isEqualTo(List.of("x", "z", "", "x", "z"));
  }

  private static TagIds together(TagChunk chunk, TagChunk other, int tag) {
    TagIds.Builder builder = new TagIds.Builder(3, TagIds.NOBODY, tag == 1);
    TagIds own = chunk.tags().get(tag);
    int[] numbers = builder.numbers(own);
    builder.set(0, own, 0, numbers);
    builder.set(1, own, 1, numbers);
    TagIds others = other.tags().get(tag);
    builder.set(2, others, 0, builder.numbers(others));
    return builder.build();
  }

  /** What the numbers stand for, in the order of users, sorted within each. */
  private static List<Object> values(TagIds ids) {
    List<Object> values = new ArrayList<>();
    for (int id : ids.ids()) {
      values.add(id == 0 ? "" : ids.values().get(id - 1));
    }
    return values;
  }

  private static ArrayList<Object> list(Object... values) {
    return new ArrayList<>(List.of(values));
  }
}
