package io.tidemark.jobs.alert;

import io.tidemark.catalog.AlertSettings;
import io.tidemark.catalog.Environment;
import io.tidemark.catalog.MailSettings;
import io.tidemark.catalog.ReceiverSettings;
import io.tidemark.catalog.ReceiverSettings.Command;
import io.tidemark.catalog.ReceiverSettings.Mail;
import io.tidemark.catalog.ReceiverSettings.Webhook;
import io.tidemark.catalog.config.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The receivers of an environment, ready to be told. */
public final class Receivers {
  private Receivers() {}

  /** Everybody. */
  public static Targets of(Environment environment) {
    AlertSettings settings = environment.alerts();
    Map<String, List<Target>> targets = new LinkedHashMap<>();
    settings
        .receivers()
        .forEach((name, each) -> targets.put(name, of(name, each, settings, environment.mail())));
    return new Targets(targets);
  }

  private static List<Target> of(
      String name, ReceiverSettings receiver, AlertSettings settings, MailSettings mail) {
    if (receiver instanceof Mail people) {
      return people.addresses().stream()
          .<Target>map(address -> new MailTarget(mail, address))
          .toList();
    }
    return List.of(
        receiver instanceof Webhook webhook
            ? new WebhookTarget(name, webhook, settings.root())
            : new CommandTarget(name, (Command) receiver, settings.root()));
  }

  /** What is wrong with receivers on this machine: programs that cannot be run. */
  public static List<Problem> problems(Environment environment) {
    AlertSettings settings = environment.alerts();
    List<Problem> problems = new ArrayList<>();
    settings
        .receivers()
        .forEach(
            (name, receiver) -> {
              if (receiver instanceof Command command) {
                CommandTarget.problem(command, settings.root())
                    .ifPresent(
                        remedy ->
                            problems.add(
                                new Problem(
                                    "environment " + environment.name(),
                                    "alerts.receivers." + name + ".command",
                                    command.words().get(0),
                                    remedy)));
              }
            });
    return problems;
  }
}
