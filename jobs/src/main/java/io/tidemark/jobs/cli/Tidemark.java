package io.tidemark.jobs.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command line. It knows no verb: each module brings its own through {@link Verb}. */
@Command(
    name = "tidemark",
    synopsisSubcommandLabel = "VERB",
    description = "One declared job as a stream and as a batch, reconciled every day.",
    versionProvider = Version.class,
    footer = {
      "",
      "tidemark VERB --help explains a verb, with examples.",
      "",
      "Exit codes: 0 done; 1 failed; 2 an option or the configuration was refused;",
      "3 done, and what was found is not as declared: a comparison outside its tolerance, tables."
    })
public final class Tidemark implements Callable<Integer> {
  private static final int HELP_WIDTH = 100;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and leave.")
  private boolean help;

  @Option(
      names = {"-X", "--stacktrace"},
      scope = ScopeType.INHERIT,
      description = "Print the whole stack trace of a failure.")
  private boolean stacktrace;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and leave.")
  private boolean version;

  @Spec private CommandSpec spec;

  private Tidemark() {}

  /** Runs one verb and leaves the JVM with its {@link ExitCodes exit code}. */
  public static void main(String[] args) {
    System.exit(commandLine(installedVerbs()).execute(args));
  }

  /** The command line with every verb on the class path. */
  public static CommandLine commandLine() {
    return commandLine(installedVerbs());
  }

  /** The command line with these verbs, in the order {@code help} lists them. */
  static CommandLine commandLine(List<? extends Verb> verbs) {
    Tidemark root = new Tidemark();
    CommandLine line = new CommandLine(root);
    line.addSubcommand(new HelpVerb());
    List<? extends Verb> inOrder = verbs.stream().sorted(helpOrder()).toList();
    inOrder.stream().filter(verb -> verb.partOf().isEmpty()).forEach(line::addSubcommand);
    inOrder.stream()
        .filter(verb -> !verb.partOf().isEmpty())
        .forEach(verb -> line.getSubcommands().get(verb.partOf()).addSubcommand(verb));
    line.setOut(stdout());
    line.setErr(new PrintWriter(System.err, true));
    line.setUsageHelpWidth(HELP_WIDTH);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(LocalDate.class, Tidemark::day);
    line.setParameterExceptionHandler(new UsageReport());
    line.setExecutionExceptionHandler(new FailureReport(() -> root.stacktrace));
    VerbList.install(line);
    return line;
  }

  /** This command line, for the verb that explains the others. */
  CommandLine line() {
    return spec.commandLine();
  }

  private static List<Verb> installedVerbs() {
    // Spark-submit loads the application in a class loader of its own: ask the one that loaded this
    // class.
    return ServiceLoader.load(Verb.class, Tidemark.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  private static Comparator<Verb> helpOrder() {
    return Comparator.comparing(Verb::group)
        .thenComparingInt(Verb::rank)
        .thenComparing(verb -> CommandSpec.forAnnotatedObject(verb).name());
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("'" + text + "' is no day; write it as 2026-01-31");
    }
  }

  private static PrintWriter stdout() {
    return new PrintWriter(System.out, true, StandardCharsets.UTF_8);
  }

  /**
   * Without a verb: the help, as a refusal, because a script that forgot its verb must not pass.
   */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCodes.REFUSED;
  }
}
