package io.tidemark.tests.broker;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.spec.Declarations;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Starts and stops the embedded broker of an environment. */
@Command(
    name = "broker",
    description = "Starts, stops or looks at the embedded Kafka broker of an environment.",
    footer = {
      "",
      "Verbs that need the broker of an environment with kafka.embedded: true start it, and it ends",
      "with the last of them. One that was started here stays until it is stopped here. It runs in",
      "a JVM of its own; messages are kept either way.",
      "",
      "Examples:",
      "  tidemark broker start",
      "  tidemark broker status --env demo"
    })
public final class BrokerVerb implements Verb {
  /** What to do with it. */
  enum Action {
    START,
    STOP,
    STATUS;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "ACTION", description = "start, stop or status.")
  private Action action;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOCAL;
  }

  @Override
  public Integer call() {
    KafkaSettings kafka =
        Declarations.read(options.conf(), options.env(), options.settings()).environment().kafka();
    if (!kafka.embedded()) {
      throw new ParameterException(
          spec.commandLine(),
          "Environment '"
              + options.env()
              + "' has a broker of its own at "
              + kafka.bootstrapServers()
              + "; only one with kafka.embedded: true is started here.");
    }
    LocalBroker broker = EmbeddedLocalBroker.of(kafka);
    switch (action) {
      case START -> broker.start();
      case STOP -> broker.stop();
      case STATUS -> {
        // says it below
      }
    }
    spec.commandLine()
        .getOut()
        .printf(
            "broker %s %s%n",
            broker.bootstrapServers(), broker.isRunning() ? "is running" : "is not running");
    return ExitCodes.OK;
  }
}
