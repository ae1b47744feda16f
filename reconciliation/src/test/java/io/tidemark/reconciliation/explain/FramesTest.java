package io.tidemark.reconciliation.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is kept for an explanation is given back. */
@Tag("any-zone")
class FramesTest {
  @Test
  void whatFailsAtTheEndKeepsNothingElseFromBeingDone() {
    List<String> done = new ArrayList<>();
    Frames frames = new Frames(null, 10, true);
    frames.atClose(() -> done.add("first"));
    frames.atClose(() -> fail("second"));
    Frames part = frames.part(true);
    part.atClose(() -> fail("part"));
    part.atClose(() -> done.add("part"));
    frames.atClose(() -> done.add("last"));

    assertThatThrownBy(frames::close)
        .hasMessage("second")
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("part"));
    assertThat(done).containsExactly("first", "part", "last");

    frames.close();
    assertThat(done).as("done once").hasSize(3);
  }

  private static void fail(String what) {
    throw new IllegalStateException(what);
  }
}
