package io.tidemark.reconciliation.report;

import io.tidemark.jobs.cli.PrintedCommands;
import io.tidemark.reconciliation.plan.Shown;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the report says, in words that all its forms use. Public, as all that it leads to, for the
 * template, whose engine calls these methods by reflection.
 */
public final class Words {
  private final VerdictWords verdict;
  private final JobWords jobs;
  private final PlaceWords places;
  private final StepWords steps;
  private final SourceWords sources;
  private final LedgerWords ledger;
  private final HistoryWords histories;
  private final MaintenanceWords maintenance;

  /**
   * The words of a day.
   *
   * @param conf directory of the configuration, where another than the usual one was given
   */
  Words(DayFacts day, Optional<Path> conf) {
    Times times = new Times(day.zone());
    this.verdict = new VerdictWords(day, times);
    this.jobs = new JobWords(day, times);
    this.places = new PlaceWords(day.day());
    PrintedCommands commands = new PrintedCommands(day.environment(), conf);
    this.maintenance = new MaintenanceWords(times, commands);
    this.steps = new StepWords(day, jobs, places, maintenance, commands);
    this.sources = new SourceWords(day.sources());
    this.ledger = new LedgerWords(day, times);
    this.histories = new HistoryWords(day, commands);
  }

  /** Of the whole day. */
  public VerdictWords verdict() {
    return verdict;
  }

  /** Of a job and its metrics. */
  public JobWords jobs() {
    return jobs;
  }

  /** Of the places where stream and batch are apart. */
  public PlaceWords places() {
    return places;
  }

  /** Of what to do. */
  public StepWords steps() {
    return steps;
  }

  /** Of a source. */
  public SourceWords sources() {
    return sources;
  }

  /** Of publications, both ends, and the last days. */
  public LedgerWords ledger() {
    return ledger;
  }

  /** Of histories of users. */
  public HistoryWords histories() {
    return histories;
  }

  /** Of maintenance of tables. */
  public MaintenanceWords maintenance() {
    return maintenance;
  }

  /** A name from the configuration or the tables. */
  public String name(String name) {
    return Texts.name(name);
  }

  /** A number, thousands apart. */
  public String number(long number) {
    return Shown.number(number);
  }
}
