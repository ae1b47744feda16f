package io.tidemark.jobs.sink;

import io.tidemark.catalog.KafkaSettings;
import io.tidemark.catalog.commit.FencedException;
import io.tidemark.jobs.source.KafkaUnavailableException;
import io.tidemark.jobs.spec.SinkSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic of the environment's brokers. The messages of a step and the position behind them are one
 * transaction of a producer whose transactional id is made of the topic's name: a driver that was
 * replaced cannot commit, and readers of committed messages see each step once or not at all.
 */
final class KafkaTarget implements SinkTarget {
  /** The clients try again by themselves for minutes; this is for what they give up on. */
  private static final Duration RETRY_FOR = Duration.ofMinutes(1);

  /**
   * A step has to be sent in this time. Brokers allow 15 minutes unless they are told otherwise.
   */
  private static final int TRANSACTION_MS = Math.toIntExact(Duration.ofMinutes(10).toMillis());

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final String job;
  private final String topic;
  private final KafkaSettings kafka;
  private final KafkaPosition positions;
  private SinkLayout layout;
  private KafkaProducer<byte[], byte[]> producer;

  /** How long a transaction of the producer may be open. */
  private long limitMs;

  /** When the transaction under way, or the last one, began, in nanoseconds of the machine. */
  private Long begun;

  KafkaTarget(String job, SinkSpec.Kafka target, KafkaSettings kafka) {
    this.job = job;
    this.topic = target.topic();
    this.kafka = kafka;
    this.positions = new KafkaPosition(job, topic, kafka);
  }

  @Override
  public Duration retryFor() {
    return RETRY_FOR;
  }

  @Override
  public Optional<SinkPosition> position() {
    return asking(() -> positions.isThere() ? positions.read() : Optional.empty());
  }

  @Override
  public SinkPosition takeOver(SinkLayout written) {
    this.layout = written;
    return asking(
        () -> {
          positions.requireTopic();
          positions.ensure();
          // From here on the position cannot move but by this driver.
          connect();
          SinkPosition taken = positions.read().orElse(SinkPosition.NONE).takenOver();
          producer.beginTransaction();
          producer.send(positions.record(taken, 0));
          producer.commitTransaction();
          return taken;
        });
  }

  /** One topic is written by one sink: its name is unique among all that share the brokers. */
  private String transactionalId() {
    return "tidemark-sink-" + topic;
  }

  /** A producer under this sink's id; what another has begun under it is undone. */
  private void connect() {
    close();
    Map<String, Object> config = new HashMap<>(kafka.properties());
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId());
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.putIfAbsent(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MS);
    config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    limitMs = Long.parseLong(config.get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG).toString());
    producer.initTransactions();
  }

  @Override
  public SinkPosition resume(SinkPosition own) {
    return asking(
        () -> {
          // Before this one's producer takes the id back: it may belong to a newer driver.
          ownPosition(own);
          connect();
          return ownPosition(own);
        });
  }

  private SinkPosition ownPosition(SinkPosition own) {
    SinkPosition there = positions.read().orElse(SinkPosition.NONE);
    if (there.epoch() != own.epoch()) {
      throw own.refusal(job, there);
    }
    return there;
  }

  @Override
  public Batch begin(SinkPosition own, SinkStep step) {
    return asking(
        own,
        () -> {
          begun = System.nanoTime();
          producer.beginTransaction();
          return new Transaction(own, step);
        });
  }

  private <T> T asking(Supplier<T> work) {
    return asking(SinkPosition.NONE, work);
  }

  private <T> T asking(SinkPosition own, Supplier<T> work) {
    try {
      return work.get();
    } catch (KafkaUnavailableException e) {
      throw unavailable(e);
    } catch (RetriableException e) {
      throw unavailable(e);
    } catch (KafkaException e) {
      throw failure(own, e);
    }
  }

  /**
   * What a client says first is often that something has failed, and its cause says what.
   * Package-private for tests.
   */
  RuntimeException failure(SinkPosition own, KafkaException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return fenced(own, e);
      }
      if (cause instanceof RetriableException) {
        return unavailable(e);
      }
    }
    String remedy =
        e instanceof AuthorizationException
            ? "let the environment's user write it, and use the transactional id "
                + transactionalId()
            : "see what the topic and the brokers allow";
    return new SinkRefusedException(
        "Kafka at %s does not take what job %s sends to topic %s: %s: %s; %s"
            .formatted(
                kafka.bootstrapServers(),
                job,
                topic,
                e.getClass().getSimpleName(),
                e.getMessage(),
                remedy),
        e);
  }

  /**
   * Brokers refuse a producer because another has taken its transactional id, or because they have
   * ended its transaction, which was open for too long. In the first case the position says so, a
   * moment later: somebody who has taken the id has not always written it yet.
   */
  private RuntimeException fenced(SinkPosition own, KafkaException e) {
    SinkPosition there = position().orElse(SinkPosition.NONE);
    if (there.epoch() > own.epoch()) {
      return own.refusal(job, there);
    }
    if (begun == null || Duration.ofNanos(System.nanoTime() - begun).toMillis() < limitMs) {
      return new FencedException(job, own.epoch(), own.epoch() + 1);
    }
    return new SinkOutOfStepException(
        job,
        "the brokers at %s ended its transaction, because it was open for longer than %d ms (transaction.timeout.ms): a micro-batch has to be sent in this time. Make it smaller (stream.max-rows-per-micro-batch), or allow more in kafka.properties.transaction.timeout.ms, up to transaction.max.timeout.ms of the brokers"
            .formatted(kafka.bootstrapServers(), limitMs),
        e);
  }

  private SinkUnavailableException unavailable(KafkaUnavailableException e) {
    return new SinkUnavailableException(job, e.getMessage().replaceFirst("\\.\\s*$", ""), e);
  }

  private SinkUnavailableException unavailable(KafkaException e) {
    return new SinkUnavailableException(
        job,
        "Kafka at %s does not answer as it should: %s: %s"
            .formatted(kafka.bootstrapServers(), e.getClass().getSimpleName(), e.getMessage()),
        e);
  }

  @Override
  public void close() {
    KafkaProducer<byte[], byte[]> ended = producer;
    producer = null;
    if (ended != null) {
      ended.close(CLOSE_LIMIT);
    }
  }

  private final class Transaction implements Batch {
    private final SinkPosition own;
    private final SinkStep step;
    private boolean committed;

    Transaction(SinkPosition own, SinkStep step) {
      this.own = own;
      this.step = step;
    }

    /** A message that is lost on its way lets the commit fail. */
    @Override
    public void put(SinkRow row) {
      byte[] key = SinkKey.json(layout, row).getBytes(StandardCharsets.UTF_8);
      byte[] value = Envelope.of(layout, row, step.version()).getBytes(StandardCharsets.UTF_8);
      asking(own, () -> producer.send(new ProducerRecord<>(topic, key, value)));
    }

    @Override
    public void commit() {
      asking(
          own,
          () -> {
            SinkPosition next =
                new SinkPosition(own.epoch(), step.snapshot(), null, layout.definition().json());
            producer.send(positions.record(next, step.version()));
            try {
              producer.commitTransaction();
            } catch (TimeoutException e) {
              // The commit may have begun; the same call goes on with it.
              producer.commitTransaction();
            }
            return null;
          });
      committed = true;
    }

    /**
     * A producer that is closed in a transaction leaves it open until another takes its id, or its
     * time is over; until then, readers of committed messages wait.
     */
    @Override
    public void close() {
      if (!committed && producer != null) {
        try {
          producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) {
          KafkaTarget.this.close();
        }
      }
    }
  }
}
