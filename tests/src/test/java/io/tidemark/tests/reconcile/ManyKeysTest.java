package io.tidemark.tests.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.lakehouse.AnyZone;
import io.tidemark.tests.lakehouse.SparkJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Millions of keys that differ are explained in a heap that could not hold them. It takes minutes,
 * so it is asked for: {@code ./tidemark test -Dtest=ManyKeysTest
 * -Dtidemark.differing-keys=2500000}.
 */
@AnyZone
@EnabledIfSystemProperty(named = ManyKeysTest.KEYS, matches = "\\d+")
class ManyKeysTest {
  static final String KEYS = "tidemark.differing-keys";

  @TempDir Path folder;

  @Test
  void theHeapDoesNotGrowWithTheKeysThatDiffer() throws IOException, InterruptedException {
    long keys = Long.getLong(KEYS);
    List<String> command =
        SparkJvm.command(
            ManyKeysMain.class.getName(),
            List.of("--add-modules=jdk.incubator.vector", "-Xmx640m", "-XX:+UseSerialGC"));
    command.add(folder.toString());
    command.add("" + keys);
    Path log = folder.resolve("log");
    Path result = folder.resolve("result");

    Process process =
        new ProcessBuilder(command)
            .redirectError(log.toFile())
            .redirectOutput(result.toFile())
            .start();
    try {
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }

    assertThat(process.exitValue()).as(() -> text(log)).isZero();
    String out = text(result);
    System.out.print(out);
    assertThat(out).contains(ManyKeysMain.RESULT + keys + " of ", "keys, lost " + keys + ";");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
