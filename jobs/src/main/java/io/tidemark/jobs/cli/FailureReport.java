package io.tidemark.jobs.cli;

import io.tidemark.catalog.UserError;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Tells a person why a verb failed: what happened, the chain of causes, and what to do next. A
 * {@link UserError} anywhere in the chain means that the configuration was refused.
 */
final class FailureReport implements IExecutionExceptionHandler {
  private final BooleanSupplier stacktrace;

  FailureReport(BooleanSupplier stacktrace) {
    this.stacktrace = stacktrace;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine line, ParseResult parseResult) {
    List<Throwable> chain = FailureText.chain(failure);
    Optional<UserError> userError = FailureText.userError(failure);
    PrintWriter err = line.getErr();
    if (stacktrace.getAsBoolean()) {
      failure.printStackTrace(err);
    }
    if (userError.isPresent()) {
      printRefusal(err, line, userError.get());
      return ExitCodes.REFUSED;
    }
    printFailure(err, line, chain);
    return ExitCodes.FAILURE;
  }

  private void printRefusal(PrintWriter err, CommandLine line, UserError error) {
    PrintedCommands commands = PrintedCommands.of(line.getCommandSpec());
    err.println(line.getCommandName() + ": " + commands.in(error.getMessage()));
    if (!error.nextStep().isBlank()) {
      err.println(commands.in(error.nextStep()));
    }
    err.flush();
  }

  private void printFailure(PrintWriter err, CommandLine line, List<Throwable> chain) {
    PrintedCommands commands = PrintedCommands.of(line.getCommandSpec());
    List<String> messages = FailureText.messages(chain).stream().map(commands::in).toList();
    err.println(line.getCommandName() + " failed: " + messages.get(0));
    messages.stream().skip(1).forEach(message -> err.println("  because: " + message));
    if (!stacktrace.getAsBoolean()) {
      err.println("Run it again with --stacktrace to see where.");
    }
    err.flush();
  }
}
