package io.tidemark.jobs.cli;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.jobs.source.FileSample;
import io.tidemark.jobs.source.SourceDraft;
import io.tidemark.jobs.source.TopicAdmin;
import io.tidemark.jobs.source.TopicSample;
import io.tidemark.jobs.source.TopicState;
import io.tidemark.jobs.spec.Declarations;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the declarations of a new source. */
@Command(
    name = "source",
    description =
        "Looks at a topic, a sample file or a database and writes the declarations of a new source.",
    footer = {
      "",
      "'add' writes conf/jobs/ods/NAME.yml, and conf/topics/NAME.yml when the topic is not declared:",
      "columns, types, what is required and the time of the event, as the messages suggest them. They",
      "are for a person to review. A file that is there is not written over.",
      "",
      "For a database it writes, for all tables at once, jobs for their change logs (ODS) and mirrors",
      "(DWD), the topics, and in conf/connect what Debezium and the tables' owner need. Called again it",
      "declares new tables, and says what declared ones lack.",
      "",
      "Examples:",
      "  tidemark source add parcel_scan --topic parcel_scan",
      "  tidemark source add parcel_scan --file scans.jsonl --event-time scanned_at",
      "  tidemark source add shop --jdbc jdbc:postgresql://db.example:5432/shop --user cdc \\",
      "    --password-env SHOP_PASSWORD"
    })
public final class SourceVerb implements Verb {
  /** What is to be done. */
  enum Action {
    ADD;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where the sample comes from. */
  static final class Sample {
    @Option(names = "--topic", paramLabel = "TOPIC", description = "A topic with messages.")
    private String topic;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "A file of JSON lines, plain or .gz; the topic will be called NAME.")
    private Path file;

    @Option(
        names = "--jdbc",
        paramLabel = "URL",
        description = "A PostgreSQL database, jdbc:postgresql://HOST[:PORT]/DATABASE.")
    private String jdbc;
  }

  @Parameters(index = "0", paramLabel = "ACTION", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Action action;

  @Parameters(
      index = "1",
      paramLabel = "NAME",
      description = "The source's name: job ods_NAME, table ods.NAME.")
  private String name;

  @ArgGroup(multiplicity = "1")
  private Sample sample;

  @Option(
      names = "--messages",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "How many messages to look at, at most (default: ${DEFAULT-VALUE}); with --topic or"
              + " --file.")
  private int messages;

  @Option(
      names = "--event-time",
      paramLabel = "FIELD",
      description =
          "The field that says when it happened (default: the likeliest); with --topic or"
              + " --file.")
  private String eventTime;

  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.DECLARE;
  }

  @Override
  public Integer call() throws IOException {
    if (!name.matches("[a-z][a-z0-9_]*")) {
      throw refused(
          "'" + name + "' is not a name; use lower-case letters, digits and underscores.");
    }
    if (sample.jdbc != null) {
      if (isGiven("--messages") || isGiven("--event-time")) {
        throw refused("--messages and --event-time go with --topic or --file.");
      }
      return new DatabaseSource(name, sample.jdbc, database, options, spec.commandLine()).add();
    }
    if (database.areGiven()) {
      throw refused("--user, --password-..., --schema and --table go with --jdbc.");
    }
    if (messages < 1) {
      throw refused("--messages " + messages + " would look at nothing; give 1 or more.");
    }
    Declarations declared = Declarations.read(options.conf(), options.env(), options.settings());
    String topic = sample.topic == null ? name : sample.topic;
    Path job = options.conf().resolve("jobs/ods/" + name + ".yml");
    Path topics = options.conf().resolve("topics/" + name + ".yml");
    boolean withTopic = declared.topics().stream().noneMatch(each -> each.name().equals(topic));
    List.of(job, topics).stream()
        .filter(file -> Files.exists(file) && (file.equals(job) || withTopic))
        .findFirst()
        .ifPresent(
            file -> {
              throw refused(file + " is there already; choose another name, or remove it first.");
            });
    SourceDraft draft = new SourceDraft(name, topic);
    TopicState there = look(draft, declared.environment().kafka(), topic);
    if (draft.messages() == 0) {
      throw refused(
          "No JSON object was found there, so there is nothing to suggest. Jobs that read Avro or"
              + " Protobuf are written by hand: see docs/sources.md.");
    }
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(job, draft.job(eventTimeOf(draft)));
    if (withTopic) {
      files.put(topics, draft.topics(there));
    }
    NewFiles.write(files, options);
    report(files, draft, there);
    return ExitCodes.OK;
  }

  /** Whether an option was written, and not only has its default. */
  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private TopicState look(SourceDraft draft, KafkaSettings kafka, String topic) throws IOException {
    if (sample.file != null) {
      readFile(draft);
      return null;
    }
    try (EmbeddedBroker.Use broker = EmbeddedBroker.useIfEmbedded(kafka);
        TopicAdmin admin = new TopicAdmin(kafka)) {
      TopicState there = admin.states(List.of(topic)).get(topic);
      if (there == null) {
        throw refused(
            "Kafka at " + kafka.bootstrapServers() + " has no topic " + topic + " to look at.");
      }
      new TopicSample(kafka, topic).read(messages, draft::see);
      return there;
    }
  }

  private void readFile(SourceDraft draft) throws IOException {
    if (!Files.isReadable(sample.file) || Files.isDirectory(sample.file)) {
      throw refused(sample.file + " is no file that can be read; give a file of JSON lines.");
    }
    FileSample.read(sample.file, messages, line -> draft.see(null, line));
  }

  private String eventTimeOf(SourceDraft draft) {
    if (eventTime != null && !draft.isTime(eventTime)) {
      throw refused(
          "Field '"
              + eventTime
              + "' is not a time in every message: ISO 8601 with an offset, or epoch seconds or"
              + " milliseconds in a field whose name says that it is a time.");
    }
    return eventTime != null
        ? eventTime
        : draft
            .eventTime()
            .orElseThrow(
                () ->
                    refused(
                        "No field is a time in every message (ISO 8601 with an offset, or epoch"
                            + " seconds or milliseconds in a field whose name says so), and a row"
                            + " needs the time of its event. Nothing was written."));
  }

  private void report(Map<Path, String> files, SourceDraft draft, TopicState there) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("looked at %,d messages%n", draft.messages());
    files.keySet().forEach(file -> out.println("wrote " + file));
    out.println("Next: review them, then");
    PrintedCommands commands = options.commands();
    out.println(commands.in("  ./tidemark validate"));
    if (there == null) {
      out.println(commands.in("  ./tidemark topics apply"));
    }
    out.println(commands.in("  ./tidemark run ods_" + name + " --mode catchup"));
    out.flush();
  }

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
