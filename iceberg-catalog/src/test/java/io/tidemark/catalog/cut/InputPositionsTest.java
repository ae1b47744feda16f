package io.tidemark.catalog.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.commit.LostPositionException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputPositionsTest {
  private static final List<String> ONE = List.of("ods.web");
  private static final List<String> TWO = List.of("ods.web", "ods.app");

  @Test
  void oneInputIsAsItAlwaysWas() {
    InputPositions read = parse("12", ONE);
    assertThat(read.of("ods.web")).isEqualTo(12);
    assertThat(read.text(ONE)).isEqualTo("12");
    assertThat(parse("", ONE).of("ods.web")).isNull();
    assertThat(parse("", ONE).text(ONE)).isEmpty();
  }

  @Test
  void severalInputsAreOneText() {
    InputPositions begun = parse("", TWO).after(Map.of("ods.app", range(7)));
    assertThat(begun.text(TWO)).isEqualTo("{\"ods.app\":7}");
    InputPositions both = parse(begun.text(TWO), TWO).after(Map.of("ods.web", range(-9)));
    assertThat(both.text(TWO)).isEqualTo("{\"ods.app\":7,\"ods.web\":-9}");
    assertThat(parse(both.text(TWO), TWO)).isEqualTo(both);
    assertThat(both.after(Map.of()).of("ods.web")).isEqualTo(-9);
  }

  @Test
  void anAddedInputIsReadFromItsBeginningAndARemovedOneKeepsItsPlace() {
    InputPositions added =
        InputPositions.parse("12", TWO, (table, id) -> table.equals("ods.app") && id == 12);
    assertThat(added.of("ods.app")).isEqualTo(12);
    assertThat(added.of("ods.web")).isNull();

    InputPositions removed =
        parse("{\"ods.app\":7,\"ods.web\":9}", ONE).after(Map.of("ods.web", range(11)));
    assertThat(removed.of("ods.web")).isEqualTo(11);
    assertThat(removed.text(ONE)).isEqualTo("{\"ods.app\":7,\"ods.web\":11}");
    assertThat(parse(removed.text(ONE), TWO).of("ods.app")).as("declared again").isEqualTo(7);
    assertThat(parse("{\"ods.app\":7}", ONE).text(ONE))
        .as("nothing was read of the one that is left")
        .isEqualTo("{\"ods.app\":7}");
  }

  @Test
  void aPositionOfNoInputIsRefused() {
    assertThatThrownBy(() -> parse("12", TWO))
        .isInstanceOf(LostPositionException.class)
        .hasMessageContaining("none of ods.web, ods.app");
    assertThatThrownBy(() -> parse("soon", ONE)).isInstanceOf(LostPositionException.class);
  }

  @Test
  void namesSnapshotsAndNotOffsets() {
    assertThat(InputPositions.named("12")).containsExactly(12L);
    assertThat(InputPositions.named("{\"ods.app\":7,\"ods.web\":9}")).containsExactly(7L, 9L);
    assertThat(InputPositions.named("{\"event\":{\"0\":5}}")).isEmpty();
    assertThat(InputPositions.named("{}")).isEmpty();
    assertThat(InputPositions.named("")).isEmpty();
    assertThat(InputPositions.isOfSeveral("{\"ods.app\":7}")).isTrue();
    assertThat(InputPositions.isOfSeveral("{\"event\":{\"0\":5}}")).isFalse();
  }

  private static InputPositions parse(String position, List<String> inputs) {
    return InputPositions.parse(position, inputs, (table, id) -> false);
  }

  private static InputRange range(long to) {
    return new InputRange(null, to, 1);
  }
}
