package io.tidemark.jobs.cli;

import io.tidemark.catalog.UserError;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    List<Throwable> chain = chain(failure);
    Optional<UserError> userError =
        chain.stream().filter(UserError.class::isInstance).map(UserError.class::cast).findFirst();
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
    List<String> messages = messages(chain).stream().map(commands::in).toList();
    err.println(line.getCommandName() + " failed: " + messages.get(0));
    messages.stream().skip(1).forEach(message -> err.println("  because: " + message));
    if (!stacktrace.getAsBoolean()) {
      err.println("Run it again with --stacktrace to see where.");
    }
    err.flush();
  }

  private static List<Throwable> chain(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> chain = new ArrayList<>();
    for (Throwable next = failure; next != null && seen.add(next); next = next.getCause()) {
      chain.add(next);
    }
    return chain;
  }

  /** A cause often repeats what the failure above it already quoted: say it once. */
  private static List<String> messages(List<Throwable> chain) {
    List<String> messages = new ArrayList<>();
    for (Throwable throwable : chain) {
      String message = message(throwable);
      if (messages.stream().noneMatch(earlier -> earlier.contains(message))) {
        messages.add(message);
      }
    }
    return messages;
  }

  private static String message(Throwable throwable) {
    String kind = throwable.getClass().getSimpleName();
    String message = throwable.getMessage();
    if (message == null || message.isBlank()) {
      return kind;
    }
    return isOurs(throwable) ? message.strip() : kind + ": " + withoutTrace(message.strip());
  }

  /** Clients of a Hive Metastore put the stack trace of a cause into their message. */
  private static String withoutTrace(String message) {
    int trace = message.indexOf("\n\tat ");
    return trace < 0 ? message : message.substring(0, trace);
  }

  /** Our own messages stand for themselves; those of a library need the name of what was thrown. */
  private static boolean isOurs(Throwable throwable) {
    StackTraceElement[] trace = throwable.getStackTrace();
    return throwable.getClass().getName().startsWith("io.tidemark.")
        || trace.length > 0 && trace[0].getClassName().startsWith("io.tidemark.");
  }
}
