package io.tidemark.tests.lakehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.jobs.cli.Tidemark;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * What a verb answers that is run in this JVM, as the launcher would run it.
 *
 * @param exitCode what a scheduler would see
 * @param out what it prints
 * @param err what it says beside that
 */
public record VerbAnswer(int exitCode, String out, String err) {
  /**
   * Runs a verb.
   *
   * @param conf the declarations that it is run with
   * @param arguments the verb first
   */
  public static VerbAnswer of(Path conf, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--conf", conf.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        Tidemark.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    return new VerbAnswer(line.execute(all.toArray(String[]::new)), out.toString(), err.toString());
  }

  /** This answer, if it ended as it should have. */
  public VerbAnswer with(int expected) {
    assertThat(exitCode).as(said()).isEqualTo(expected);
    return this;
  }

  /** Everything that it said. */
  public String said() {
    return out + err;
  }
}
