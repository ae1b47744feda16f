package io.tidemark.reconciliation;

import io.tidemark.catalog.Environment;
import io.tidemark.catalog.MailSettings;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.cli.ConfOptions;
import io.tidemark.jobs.cli.ExitCodes;
import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.jobs.cli.Verb;
import io.tidemark.jobs.cli.VerbGroup;
import io.tidemark.jobs.cli.Workspace;
import io.tidemark.jobs.run.StopSignal;
import io.tidemark.jobs.spec.Declarations;
import io.tidemark.reconciliation.history.FactsReader;
import io.tidemark.reconciliation.mail.Delivery;
import io.tidemark.reconciliation.mail.Delivery.Outcome;
import io.tidemark.reconciliation.mail.ReportMail;
import io.tidemark.reconciliation.report.DayFacts;
import io.tidemark.reconciliation.report.Detail;
import io.tidemark.reconciliation.report.Report;
import io.tidemark.reconciliation.report.Report.Pictures;
import io.tidemark.reconciliation.report.ReportFolder;
import io.tidemark.reconciliation.report.ReportRenderer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes the report of a business day, and mails it. */
@Command(
    name = "report",
    description = "Writes the report of a business day for all jobs, and mails it.",
    footer = {
      "",
      "Reads the results of reconcile, publish, the checks of both ends and maintenance, the days",
      "before, the commits of the streams, and ODS of the day. Writes report.html, .txt, .csv and",
      "charts to the folder of the day below 'report.folder'. What was not compared or published is",
      "said.",
      "",
      "Mail goes to the people of 'mail.recipients' whose jobs ask for it (reconcile.notify), once",
      "for what it says: a rerun sends nothing unless something has changed. What the server does",
      "not take is kept in 'outbox' and sent by the next report. Tables are only read.",
      "",
      "Exit code 1: a mail was not delivered; the report is on disk. The day's verdict is no part",
      "of the exit code: that is reconcile's.",
      "",
      "Examples:",
      "  tidemark report --day 2026-01-31",
      "  tidemark report --day 2026-01-31 --no-mail",
      "  tidemark report --mail-pending"
    })
public final class ReportVerb implements Verb {
  @Option(
      names = "--day",
      paramLabel = "DAY",
      description = "Business day in the warehouse's time zone, as 2026-01-31.")
  private LocalDate day;

  @Option(names = "--no-mail", description = "Writes the report to disk only.")
  private boolean noMail;

  @Option(
      names = "--mail-pending",
      description = "Sends the mail that is kept; without --day, nothing else.")
  private boolean mailPending;

  @Option(
      names = "--again",
      description =
          "Mails a report once more that was mailed already, also one that may have arrived.")
  private boolean again;

  @Mixin private ConfOptions options = new ConfOptions();
  @Spec private CommandSpec spec;

  @Override
  public VerbGroup group() {
    return VerbGroup.RUN;
  }

  @Override
  public int rank() {
    return 50;
  }

  @Override
  public Integer call() {
    if (day == null && !mailPending) {
      throw new ParameterException(
          spec.commandLine(), "Give --day, or --mail-pending for the mail that is kept.");
    }
    if (noMail && (mailPending || again)) {
      throw new ParameterException(
          spec.commandLine(),
          "--no-mail sends nothing: give it without --mail-pending and --again.");
    }
    Environment environment =
        Declarations.read(options.conf(), options.env(), options.settings()).environment();
    check(environment);
    String password = noMail ? null : password(environment);
    PrintWriter out = spec.commandLine().getOut();
    Clock clock = Clock.systemUTC();
    Run run =
        new Run(
            environment.report().folder(),
            environment.mail(),
            password,
            clock,
            options.commands(),
            out);
    if (day == null) {
      return run.sendKept(again);
    }
    Workspace workspace = Workspace.open(options);
    Reconciliation reconciliation =
        new Reconciliation(
            workspace.lake(), workspace.jobs(), workspace.tables(), clock, progress -> {});
    DayFacts facts =
        new FactsReader(workspace.lake(), workspace.jobs(), reconciliation)
            .read(day, clock.instant());
    return run.report(facts, !noMail, again);
  }

  private void check(Environment environment) {
    if (environment.report() == null) {
      throw refused("report.folder", "is missing; write 'report: { folder: .tidemark/reports }'");
    }
    if (day == null && environment.mail() == null) {
      throw refused("mail.host", "is missing, so there is no mail to send");
    }
  }

  private String password(Environment environment) {
    MailSettings mail = environment.mail();
    if (mail == null || mail.password() == null) {
      return null;
    }
    try {
      return mail.password().resolve(Path.of(""));
    } catch (IllegalArgumentException e) {
      throw refused("mail.password", e.getMessage());
    }
  }

  private ConfigurationException refused(String key, String remedy) {
    String file = options.conf().getFileName() + "/env/" + options.env() + ".yml";
    return new ConfigurationException(List.of(new Problem(file, key, "", remedy)));
  }

  /**
   * What the verb does once it knows what there is to say.
   *
   * @param folder of the reports
   * @param mail {@code null} without a mail server
   * @param password of its user; {@code null} without one
   * @param commands makes the commands that are said those of the environment
   */
  record Run(
      Path folder,
      MailSettings mail,
      String password,
      Clock clock,
      PrintedCommands commands,
      PrintWriter out) {
    int report(DayFacts day, boolean send, boolean again) {
      ReportRenderer renderer = new ReportRenderer(commands.conf());
      Report report = renderer.render(day, Detail.FULL, Pictures.BESIDE);
      Path page = new ReportFolder(folder).write(day.day(), report);
      out.println(report.subject());
      out.println("report: " + shown(page));
      report.leftOut().forEach(each -> out.println("left out: " + each));
      if (!send) {
        return ExitCodes.OK;
      }
      if (mail == null) {
        out.println(
            "mail: none, environment "
                + day.environment()
                + " has no mail server (key 'mail.host')");
        return ExitCodes.OK;
      }
      try (Delivery delivery = delivery()) {
        ReportMail mails = new ReportMail(mail, renderer);
        List<String> have = mails.keep(day, delivery, again);
        have.forEach(
            address ->
                out.println(
                    "mail: %s has this report already; --again sends it once more"
                        .formatted(address)));
        Outcome outcome = delivery.send(again);
        if (have.isEmpty() && outcome.sent().isEmpty() && outcome.problems().isEmpty()) {
          out.println("mail: none, no job asks for it (key 'reconcile.notify' of the jobs)");
        }
        return say(outcome);
      }
    }

    int sendKept(boolean alsoInDoubt) {
      try (Delivery delivery = delivery()) {
        Outcome outcome = delivery.send(alsoInDoubt);
        if (outcome.sent().isEmpty() && outcome.problems().isEmpty()) {
          out.println("mail: none is kept");
        }
        return say(outcome);
      }
    }

    private Delivery delivery() {
      return new Delivery(mail, password, folder, clock, new StopSignal()::await);
    }

    private int say(Outcome outcome) {
      outcome.sent().forEach(address -> out.println("mail: sent to " + address));
      outcome
          .problems()
          .forEach(problem -> out.println("mail: NOT DELIVERED: " + commands.in(problem)));
      out.flush();
      return outcome.problems().isEmpty() ? ExitCodes.OK : ExitCodes.FAILURE;
    }

    private static Path shown(Path page) {
      Path here = Path.of("").toAbsolutePath();
      return page.startsWith(here) ? here.relativize(page) : page;
    }
  }
}
