package io.tidemark.reconciliation.ends;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.reconciliation.ends.plan.EndCheck;
import io.tidemark.reconciliation.ends.plan.EndCheck.Kind;
import io.tidemark.reconciliation.ends.plan.EndCheck.State;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class EndsTest {
  private static final EndCheck FINE =
      new EndCheck("ods_e", Kind.KAFKA, "e", "ods.e", 1L, 1L, 0L, State.WITHIN, "1 message");

  @Test
  void aCheckThatFailsIsALineAndHidesNone() {
    List<EndCheck> lines =
        List.of(
            checked(() -> FINE),
            checked(
                () -> {
                  throw new IllegalStateException(
                      "no manifest\n\tat all", new RuntimeException("disk"));
                }),
            checked(() -> FINE));

    assertThat(lines)
        .extracting(EndCheck::state)
        .containsExactly(State.WITHIN, State.UNAVAILABLE, State.WITHIN);
    assertThat(lines.get(1).line())
        .isEqualTo("! kafka ods_e: was not checked: no manifest; at all; because: disk");
    assertThat(CheckVerb.exitCode(lines)).isEqualTo(ExitCodes.FAILURE);
  }

  /** As the engine does: its failures are checked in Scala, and no method declares them. */
  @Test
  void aFailureThatNobodyDeclaredIsALineToo() {
    EndCheck line =
        checked(
            () -> {
              throw EndsTest.<RuntimeException>undeclared(new IOException("no executor is left"));
            });

    assertThat(line.state()).isEqualTo(State.UNAVAILABLE);
    assertThat(line.line()).endsWith("no executor is left");
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> E undeclared(Exception failure) throws E {
    throw (E) failure;
  }

  private static EndCheck checked(Supplier<EndCheck> check) {
    return Ends.orUnavailable("ods_e", Kind.KAFKA, "e", "ods.e", check);
  }
}
