package io.tidemark.tests.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.SparkJvm;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

@AnyZone
class FreePortsTest {
  /** A quarter of all: without the locks, a hundred others would meet one of them. */
  private static final int MANY = 3_000;

  /** Prints as many ports as it is told to. */
  static final class Asker {
    private Asker() {}

    public static void main(String[] args) {
      for (int i = 0; i < Integer.parseInt(args[0]); i++) {
        System.out.println(FreePorts.next());
      }
    }
  }

  @Test
  void noPortIsGivenToTwoProcesses() throws Exception {
    Set<Integer> own = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      assertThat(own.add(FreePorts.next())).isTrue();
    }
    List<String> command = SparkJvm.command(Asker.class.getName(), List.of("-Xmx64m"));
    command.add(String.valueOf(MANY));
    Process other = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    List<Integer> theirs =
        other.inputReader(StandardCharsets.UTF_8).lines().map(Integer::valueOf).toList();

    assertThat(theirs).hasSize(MANY).doesNotContainAnyElementsOf(own);
    assertThat(other.waitFor()).isZero();
  }
}
