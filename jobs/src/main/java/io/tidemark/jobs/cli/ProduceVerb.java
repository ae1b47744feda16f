package io.tidemark.jobs.cli;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.source.JsonLinesProducer;
import io.tidemark.jobs.source.KafkaCheck;
import io.tidemark.jobs.spec.Declarations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends a file of JSON lines to a topic. */
@Command(
    name = "produce",
    description = "Sends a file of JSON lines (plain or .gz) to a topic.",
    footer = {
      "",
      "Each line is sent as it stands, in the order of the file. A file sent twice is sent twice:",
      "its messages are duplicates.",
      "",
      "Examples:",
      "  tidemark produce page_view views.jsonl --timestamp received_at",
      "  tidemark produce page_view views.jsonl.gz --timestamp received_at --key user_id"
    })
public final class ProduceVerb implements Verb {
  @Parameters(index = "0", paramLabel = "TOPIC", description = "Topic; it is created if need be.")
  private String topic;

  @Parameters(index = "1", paramLabel = "FILE", description = "File of JSON objects, one a line.")
  private Path file;

  @Option(
      names = "--timestamp",
      paramLabel = "FIELD",
      required = true,
      description = "Field of epoch milliseconds that becomes the record timestamp.")
  private String timestamp;

  @Option(
      names = "--key",
      paramLabel = "FIELD",
      description = "Field that becomes the message key (default: no key).")
  private String key;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.LOCAL;
  }

  @Override
  public Integer call() throws IOException {
    Declarations declarations =
        Declarations.read(options.conf(), options.env(), options.settings());
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new ParameterException(
          spec.commandLine(), file + " is no file that can be read; give a file of JSON lines.");
    }
    KafkaSettings kafka = declarations.environment().kafka();
    long sent;
    try (EmbeddedBroker.Use broker = EmbeddedBroker.useIfEmbedded(kafka)) {
      new KafkaCheck(kafka).ensureTopic(topic);
      sent = new JsonLinesProducer(kafka, topic, timestamp, key).produce(file);
    }
    spec.commandLine().getOut().printf("%,d messages sent to %s%n", sent, topic);
    return ExitCodes.OK;
  }
}
