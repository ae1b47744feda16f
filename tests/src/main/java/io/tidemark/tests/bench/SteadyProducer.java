package io.tidemark.tests.bench;

import io.tidemark.jobs.source.RecordSender;
import io.tidemark.tests.app.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends events at a steady rate until it is told to end. One that it falls behind with is sent as
 * soon as can be, and happens only then.
 */
final class SteadyProducer {
  private static final long PAUSE_NANOS = 5_000_000;

  private final SteadyEvents events;
  private final Probes probes;
  private final String servers;
  private final int perSecond;
  private final InstantSource clock;
  private volatile boolean ending;
  private CompletableFuture<Long> sent;

  SteadyProducer(
      String servers, SteadyEvents events, Probes probes, int perSecond, InstantSource clock) {
    this.servers = servers;
    this.events = events;
    this.probes = probes;
    this.perSecond = perSecond;
    this.clock = clock;
  }

  void start() {
    sent = CompletableFuture.supplyAsync(this::send, SteadyProducer::inBackground);
  }

  private static void inBackground(Runnable task) {
    Thread thread = new Thread(task, "producer");
    thread.setDaemon(true);
    thread.start();
  }

  /** Fails when it could not send. */
  void requireWell() {
    if (sent.isDone()) {
      sent.join();
    }
  }

  /** Tells it to end, without waiting. */
  void stop() {
    ending = true;
  }

  /** Ends it; how many the broker has then. */
  long end() {
    ending = true;
    return sent.join();
  }

  private long send() {
    long begun = System.nanoTime();
    try (RecordSender sender = new RecordSender(servers)) {
      while (!ending) {
        long due = (long) ((System.nanoTime() - begun) / 1e9 * perSecond);
        while (events.made() < due) {
          long millis = clock.millis();
          if (events.isProbeNext()) {
            probes.produced(events.nextProbe(), new Probes.Moment(System.nanoTime(), millis));
          }
          Message message = events.next(millis);
          sender.send(message.topic(), message.key(), message.value(), message.timestampMillis());
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      return sender.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
