package io.tidemark.tests.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.catalog.TableName;
import io.tidemark.tests.lakehouse.SparkJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Two {@link CommitterMain}s on one table at once. */
final class TwoProcesses {
  private static final long LONGEST_SECONDS = 180;

  private TwoProcesses() {}

  /** Starts both, lets them begin together, and waits until both have done all they had to. */
  static void run(Path conf, TableName table, Path folder) throws Exception {
    List<Process> processes = new ArrayList<>();
    try {
      for (CommitterMain.Role role : CommitterMain.Role.values()) {
        processes.add(start(conf, table, role, folder.resolve(role + ".log")));
      }
      for (Process process : processes) {
        awaitReady(process);
      }
      for (Process process : processes) {
        try (OutputStream go = process.getOutputStream()) {
          go.write('\n');
        }
      }
      for (int i = 0; i < processes.size(); i++) {
        Process process = processes.get(i);
        String log = folder.resolve(CommitterMain.Role.values()[i] + ".log").toString();
        assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as(log).isTrue();
        assertThat(process.exitValue()).as(() -> tail(Path.of(log))).isZero();
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  private static Process start(Path conf, TableName table, CommitterMain.Role role, Path log)
      throws IOException {
    List<String> command = SparkJvm.command(CommitterMain.class.getName(), List.of("-Xmx256m"));
    command.addAll(List.of(conf.toString(), table.layer(), table.name(), role.name()));
    return new ProcessBuilder(command).redirectError(log.toFile()).start();
  }

  private static void awaitReady(Process process) throws IOException {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line;
    do {
      line = lines.readLine();
    } while (line != null && !line.equals(CommitterMain.READY));
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }
}
