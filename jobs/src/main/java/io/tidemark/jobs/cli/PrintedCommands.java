package io.tidemark.jobs.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The one place where a command that a person is told becomes one that runs as it is printed.
 * Whoever has something to say writes {@code ./tidemark VERB …}, without knowing of environments;
 * whoever prints it lets it pass through {@link #in}.
 *
 * @param environment name of the environment
 * @param conf directory of the configuration, where another than the usual one was given
 */
public record PrintedCommands(String environment, Optional<Path> conf) {
  /** Commands of the environment and the directory that are taken when none is named. */
  public static final PrintedCommands PLAIN =
      new PrintedCommands(ConfOptions.DEFAULT_ENVIRONMENT, Optional.empty());

  /** Verbs, of this command line and of the launcher, that read no environment. */
  private static final Set<String> WITHOUT_ENVIRONMENT =
      Set.of("bench", "build", "demo", "help", "test");

  /** Not one that says already which configuration it is for. Options follow the whole verb. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "\\./tidemark ((?>(?:tables (?:health|due|idle)|alerts check)\\b|[a-z][a-z-]*+))(?! --(?:env|conf)\\b)");

  /** Commands of an environment whose configuration is where it usually is. */
  public static PrintedCommands of(String environment) {
    return new PrintedCommands(environment, Optional.empty());
  }

  /** What the verb of a command line was given; plain for a verb that reads no configuration. */
  static PrintedCommands of(CommandSpec verb) {
    return verb.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(ConfOptions.class::isInstance)
        .map(options -> ((ConfOptions) options).commands())
        .findFirst()
        .orElse(PLAIN);
  }

  /**
   * A text with every command in it as it has to be typed; anything else stays, and so does a text
   * that went through before.
   */
  public String in(String text) {
    String options = options();
    return options.isEmpty()
        ? text
        : COMMAND.matcher(text).replaceAll(found -> Matcher.quoteReplacement(with(found, options)));
  }

  private static String with(MatchResult command, String options) {
    return WITHOUT_ENVIRONMENT.contains(command.group(1))
        ? command.group()
        : command.group() + options;
  }

  private String options() {
    String env = environment.equals(ConfOptions.DEFAULT_ENVIRONMENT) ? "" : " --env " + environment;
    return env + conf.map(folder -> " --conf " + quoted(folder.toString())).orElse("");
  }

  /** A word of a shell. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:@%+,=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
