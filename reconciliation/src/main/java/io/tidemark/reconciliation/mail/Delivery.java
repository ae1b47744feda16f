package io.tidemark.reconciliation.mail;

import io.tidemark.catalog.MailSettings;
import io.tidemark.jobs.mail.MailFailure;
import io.tidemark.jobs.mail.MailFailure.Kind;
import io.tidemark.jobs.mail.SmtpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends what waits, each mail at most once. Every mail is in the outbox before it is sent, and is
 * noted as sent before it leaves the outbox, so that a process may end anywhere in between.
 */
public final class Delivery implements AutoCloseable {
  private static final int LONGER_EACH_TIME = 4;

  private final MailSettings settings;
  private final Outbox outbox;
  private final SentLog log;
  private final SmtpServer server;
  private final Clock clock;
  private final Pause pause;
  private final Outbox.Closed lock;

  /** How to wait. */
  @FunctionalInterface
  public interface Pause {
    /** Returns after the span. */
    void of(Duration span) throws InterruptedException;
  }

  /**
   * What became of the mail.
   *
   * @param sent addresses that got a mail
   * @param problems what was not delivered, why, and what to do
   */
  public record Outcome(List<String> sent, List<String> problems) {
    public Outcome {
      sent = List.copyOf(sent);
      problems = List.copyOf(problems);
    }
  }

  /**
   * Begins a delivery, once no other process is at it.
   *
   * @param reports folder of the reports; the outbox is in it
   * @param password {@code null} without a user
   */
  public Delivery(MailSettings settings, String password, Path reports, Clock clock, Pause pause) {
    this.settings = settings;
    this.outbox = new Outbox(reports.resolve("outbox"));
    this.log = new SentLog(reports);
    this.server = new SmtpServer(settings, password);
    this.clock = clock;
    this.pause = pause;
    this.lock = outbox.lock();
  }

  /** The mail of one person, to be sent by {@link #send}; nothing happens to one that is there. */
  void keep(Envelope envelope, byte[] message) {
    outbox.keep(envelope, message);
  }

  SentLog log() {
    return log;
  }

  Outbox outbox() {
    return outbox;
  }

  /**
   * Sends everything that waits, the oldest day first.
   *
   * @param alsoInDoubt whether to send again what a server may have taken
   */
  public Outcome send(boolean alsoInDoubt) {
    List<String> sent = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    boolean reachable = true;
    for (Envelope envelope : outbox.waiting()) {
      if (log.holds(envelope)) {
        outbox.remove(envelope);
      } else if (!isRecipient(envelope.to())) {
        problems.add(withdrawn(envelope));
      } else if (outbox.inDoubt(envelope) && !alsoInDoubt) {
        problems.add(inDoubt(envelope));
      } else if (!reachable) {
        problems.add(kept(envelope));
      } else {
        reachable = send(envelope, sent, problems);
      }
    }
    return new Outcome(sent, problems);
  }

  /** Whether the next mail is worth trying. */
  private boolean send(Envelope envelope, List<String> sent, List<String> problems) {
    try {
      attempt(envelope);
      log.add(envelope, clock.instant());
      outbox.remove(envelope);
      sent.add(envelope.to());
      return true;
    } catch (MailFailure e) {
      if (e.kind() == Kind.UNKNOWN) {
        problems.add(e.getMessage() + ". " + inDoubt(envelope));
        return true;
      }
      problems.add(e.getMessage() + ". " + kept(envelope));
      return e.kind() == Kind.THIS_MAIL || e.kind() == Kind.THIS_MAIL_LATER;
    }
  }

  private void attempt(Envelope envelope) throws MailFailure {
    byte[] message = outbox.message(envelope);
    Duration wait = settings.pause();
    boolean wasInDoubt = outbox.inDoubt(envelope);
    for (int attempt = 1; ; attempt++) {
      try {
        server.send(message, envelope.to(), () -> outbox.sending(envelope));
        return;
      } catch (MailFailure e) {
        if (e.kind() != Kind.UNKNOWN && !wasInDoubt) {
          outbox.notSent(envelope);
        }
        if (!e.passes() || attempt >= settings.attempts()) {
          throw e;
        }
      }
      try {
        pause.of(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MailFailure(Kind.LATER, "stopped while waiting for the mail server", e);
      }
      wait = wait.multipliedBy(LONGER_EACH_TIME);
    }
  }

  private boolean isRecipient(String address) {
    return settings.recipients().values().stream()
        .flatMap(List::stream)
        .anyMatch(address::equalsIgnoreCase);
  }

  private String kept(Envelope envelope) {
    return "The mail to %s about %s is kept in %s, and the next report sends it"
        .formatted(envelope.to(), envelope.day(), outbox.place(envelope));
  }

  private String inDoubt(Envelope envelope) {
    return ("The mail to %s about %s may have arrived: a process ended, or the server did not"
            + " answer, right when it was taken. It is not sent again by itself; if it did not"
            + " arrive, run './tidemark report --mail-pending --again', else remove %s and the files"
            + " beside it")
        .formatted(envelope.to(), envelope.day(), outbox.place(envelope));
  }

  private String withdrawn(Envelope envelope) {
    return "%s is in mail.recipients no more; the mail about %s is put aside as %s"
        .formatted(envelope.to(), envelope.day(), outbox.withdraw(envelope));
  }

  @Override
  public void close() {
    server.close();
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the outbox cannot be unlocked", e);
    }
  }
}
