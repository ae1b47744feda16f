package io.tidemark.jobs.alert;

import io.tidemark.catalog.ReceiverSettings.Command;
import io.tidemark.catalog.config.Secrets;
import java.io.File;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program that gets JSON on its standard input. What it prints goes to files, so that it cannot
 * wait for somebody to read it; of its errors the end is told when it fails.
 */
final class CommandTarget implements Target {
  private static final int MOST_ERRORS = 300;
  private static final int MOST_READ = 64 * 1024;

  private final String name;
  private final Command settings;
  private final Path root;

  CommandTarget(String name, Command settings, Path root) {
    this.name = name;
    this.settings = settings;
    this.root = root;
  }

  /** What is wrong with the program, with its remedy; nothing when it can be run. */
  static Optional<String> problem(Command settings, Path root) {
    if (program(settings, root).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        settings.words().get(0).contains("/")
            ? "is no program that this user may run; correct the path, or chmod +x it"
            : "is no program in PATH; install it, or write its path");
  }

  private static Optional<Path> program(Command settings, Path root) {
    String word = settings.words().get(0);
    if (word.contains("/")) {
      return Optional.of(root.resolve(word).normalize()).filter(CommandTarget::isProgram);
    }
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, word))
        .filter(CommandTarget::isProgram)
        .findFirst();
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  @Override
  public String name() {
    return "command:" + name;
  }

  @Override
  public void tell(AlertMessage message) throws NotToldException {
    Path program =
        program(settings, root)
            .orElseThrow(
                () ->
                    new NotToldException(
                        "alerts.receivers.%s.command %s"
                            .formatted(name, problem(settings, root).orElse("")),
                        false));
    List<String> words = new ArrayList<>(settings.words());
    words.set(0, program.toString());
    try {
      Path input = Files.createTempFile("tidemark-alert", ".json");
      Path errors = Files.createTempFile("tidemark-alert", ".err");
      try {
        Files.write(input, message.json());
        run(words, input, errors);
      } finally {
        Files.deleteIfExists(input);
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new NotToldException(
          "%s cannot be run: %s"
              .formatted(program, Secrets.redactText(String.valueOf(e.getMessage()))),
          false);
    }
  }

  private void run(List<String> words, Path input, Path errors)
      throws IOException, NotToldException {
    Process process =
        new ProcessBuilder(words)
            .redirectInput(input.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile())
            .start();
    try {
      if (!process.waitFor(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        kill(process);
        throw new NotToldException(
            "%s did not end within %d seconds, and was killed"
                .formatted(words.get(0), settings.timeout().toSeconds()),
            false);
      }
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw new NotToldException("stopped while it was told", false);
    }
    if (process.exitValue() != 0) {
      throw new NotToldException(
          "%s ended with exit code %d%s".formatted(words.get(0), process.exitValue(), end(errors)),
          false);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** A program may write as much as it likes. What is cut begins with a whole line. */
  private static String tail(Path errors) throws IOException {
    try (SeekableByteChannel file = Files.newByteChannel(errors)) {
      long skipped = Math.max(0, file.size() - MOST_READ);
      file.position(skipped);
      String read =
          new String(Channels.newInputStream(file).readAllBytes(), StandardCharsets.UTF_8);
      return skipped == 0 ? read : read.substring(read.indexOf('\n') + 1);
    }
  }

  private static String end(Path errors) throws IOException {
    String shown = Secrets.redactText(tail(errors).strip().replaceAll("\\s+", " "));
    return shown.isEmpty() ? "" : ": " + shown.substring(Math.max(0, shown.length() - MOST_ERRORS));
  }
}
