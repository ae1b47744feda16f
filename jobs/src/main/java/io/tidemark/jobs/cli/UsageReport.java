package io.tidemark.jobs.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a person which word of the command line was not understood, and where to read on. */
final class UsageReport implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException refusal, String[] args) {
    CommandLine line = refusal.getCommandLine();
    PrintWriter err = line.getErr();
    boolean verbIsKnown = line.getParent() != null;
    err.println(
        verbIsKnown
            ? PrintedCommands.of(line.getCommandSpec()).in(refusal.getMessage())
            : unknownVerb(refusal, args));
    UnmatchedArgumentException.printSuggestions(refusal, err);
    err.println(
        verbIsKnown
            ? "See '" + line.getCommandSpec().qualifiedName() + " --help'."
            : "'tidemark help' lists the verbs.");
    err.flush();
    return ExitCodes.REFUSED;
  }

  private static String unknownVerb(ParameterException refusal, String[] args) {
    boolean isVerb = refusal instanceof UnmatchedArgumentException && !args[0].startsWith("-");
    return isVerb ? "There is no verb '" + args[0] + "'." : refusal.getMessage();
  }
}
