package io.tidemark.jobs.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code help} and {@code help VERB}: the same text as {@code --help}. */
@Command(name = "help", helpCommand = true, description = "Explains a verb, or lists them all.")
final class HelpVerb implements Callable<Integer> {
  @ParentCommand private Tidemark root;

  @Parameters(arity = "0..1", paramLabel = "VERB", description = "The verb to explain.")
  private String verb;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    CommandLine line = root.line();
    CommandLine explained = verb == null ? line : line.getSubcommands().get(verb);
    Optional.ofNullable(explained)
        .orElseThrow(() -> new ParameterException(line, "There is no verb '" + verb + "'."))
        .usage(spec.commandLine().getOut());
    return ExitCodes.OK;
  }
}
