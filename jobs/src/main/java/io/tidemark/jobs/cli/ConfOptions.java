package io.tidemark.jobs.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The options of every verb that reads the configuration; use it as a {@code @Mixin}. The command
 * line wins over the environment's file, which wins over the job's.
 */
public final class ConfOptions {
  /** The environment where none is named. */
  static final String DEFAULT_ENVIRONMENT = "local";

  private static final Path USUAL_CONF =
      Path.of(System.getenv().getOrDefault("TIDEMARK_CONF", "conf"));

  @Option(
      names = "--env",
      paramLabel = "NAME",
      defaultValue = DEFAULT_ENVIRONMENT,
      description = "Environment, read from env/NAME.yml (default: ${DEFAULT-VALUE}).")
  private String env = DEFAULT_ENVIRONMENT;

  @Option(
      names = "--conf",
      paramLabel = "DIR",
      defaultValue = "${env:TIDEMARK_CONF:-conf}",
      description = "Directory of the configuration (default: TIDEMARK_CONF when set, else conf).")
  private Path conf = Path.of("conf");

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Overrides one key of the environment, as stream.trigger='30 seconds'; repeat it for"
              + " more.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** Name of the environment. */
  public String env() {
    return env;
  }

  /** Directory of the configuration, which may be relative to the working directory. */
  public Path conf() {
    return conf;
  }

  /** Commands as a person has to type them who means the same environment. */
  public PrintedCommands commands() {
    return new PrintedCommands(env, Optional.of(conf).filter(folder -> !folder.equals(USUAL_CONF)));
  }

  /** What {@code --set} gave. */
  public Map<String, String> settings() {
    return Map.copyOf(settings);
  }
}
