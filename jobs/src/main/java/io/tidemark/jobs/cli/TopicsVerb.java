package io.tidemark.jobs.cli;

import io.tidemark.jobs.source.TopicAdmin;
import io.tidemark.jobs.source.TopicPlan;
import io.tidemark.jobs.source.TopicPlan.Change;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.jobs.spec.IngestSpec;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the topics of the brokers what is declared. */
@Command(
    name = "topics",
    description = "Shows how Kafka's topics differ from conf/topics, and makes them equal.",
    footer = {
      "",
      "plan   prints what 'apply' would do, and lets the brokers check it; changes nothing. Exit code",
      "       3 when there is something",
      "apply  creates and changes topics; doing it again changes nothing",
      "",
      "Partitions only grow. A topic is deleted only when --delete names it, no job reads it and no",
      "file declares it. Settings and topics that are not declared are left as they are.",
      "When anything is refused, nothing is changed: exit code 2.",
      "",
      "Examples:",
      "  tidemark topics plan",
      "  tidemark topics apply --env cluster",
      "  tidemark topics apply --delete parcel_scan_old"
    })
public final class TopicsVerb implements Verb {
  /** What is to be done. */
  enum Action {
    PLAN,
    APPLY;

    /** As it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(index = "0", paramLabel = "ACTION", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Action action;

  @Option(
      names = "--delete",
      paramLabel = "TOPIC",
      description = "A topic to delete with all its messages; repeat it for more.")
  private List<String> deleted = new ArrayList<>();

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.DECLARE;
  }

  @Override
  public Integer call() {
    Declarations declared = Declarations.read(options.conf(), options.env(), options.settings());
    List<IngestSpec> readers =
        declared.jobs().jobs().stream()
            .filter(IngestSpec.class::isInstance)
            .map(IngestSpec.class::cast)
            .toList();
    var kafka = declared.environment().kafka();
    try (EmbeddedBroker.Use broker = EmbeddedBroker.useIfEmbedded(kafka);
        TopicAdmin admin = new TopicAdmin(kafka)) {
      TopicPlan plan =
          TopicPlan.of(
              declared.topics(),
              admin.states(TopicPlan.concerned(declared.topics(), deleted)),
              deleted,
              readers);
      return carryOut(plan, admin, declared);
    }
  }

  private int carryOut(TopicPlan plan, TopicAdmin admin, Declarations declared) {
    PrintWriter out = spec.commandLine().getOut();
    plan.notes().forEach(note -> out.println("note: " + note));
    if (!plan.refused().isEmpty()) {
      PrintWriter err = spec.commandLine().getErr();
      plan.refused().forEach(refusal -> err.println("refused: " + refusal));
      err.println("Nothing was changed.");
      err.flush();
      return ExitCodes.REFUSED;
    }
    // Before the first is made: one that is refused must not leave half of a plan behind.
    plan.changes().forEach(admin::validate);
    for (Change change : plan.changes()) {
      if (action == Action.APPLY) {
        admin.apply(change);
      }
      out.println((action == Action.APPLY ? "done: " : "would ") + change.text());
    }
    if (plan.changes().isEmpty()) {
      out.printf("%d topics declared, and Kafka has them so%n", declared.topics().size());
    } else if (action == Action.PLAN) {
      out.println(options.commands().in("Nothing was changed; './tidemark topics apply' does it."));
    }
    out.flush();
    boolean differs = action == Action.PLAN && !plan.changes().isEmpty();
    return differs ? ExitCodes.OUTSIDE_TOLERANCE : ExitCodes.OK;
  }
}
