package io.tidemark.jobs.sink;

import io.tidemark.catalog.ConnectionSettings;
import io.tidemark.catalog.config.Secrets;
import io.tidemark.jobs.spec.SinkSpec;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Hashes of a Redis, one for each key. A script writes a few hundred rows at once, where the
 * position is still where the driver has left it, and leaves alone what is newer; the position
 * follows the last of them. So whatever is written twice is the same, and readers may see a step
 * half done.
 */
final class RedisTarget implements SinkTarget {
  private static final int BATCH_ROWS = 200;
  private static final int DEFAULT_PORT = 6379;
  private static final int TIMEOUT_MS = 20_000;
  private static final String ELSEWHERE = "ELSEWHERE";
  private static final String EPOCH = "epoch";
  private static final String SNAPSHOT = "snapshot";
  private static final String WRITING = "writing";
  private static final String DEFINITION = "definition";

  /** Refuses a driver that has not left the position there. Arguments: epoch, snapshot or empty. */
  private static final String CHECK =
      """
      if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1]
          or (redis.call('HGET', KEYS[1], 'snapshot') or '') ~= ARGV[2] then
        return redis.error_reply('ELSEWHERE: another driver or another state')
      end
      """;

  /**
   * Says which step is written before its first row is: of one that is never finished, somebody has
   * to write the other rows, or what came of it stays beside what is true later. Of two no range
   * speaks: 0 is no snapshot, and everything is written again.
   */
  private static final String BEGIN =
      CHECK
          + """
          local other = redis.call('HGET', KEYS[1], 'writing')
          redis.call('HSET', KEYS[1], 'writing', (other and other ~= ARGV[3]) and '0' or ARGV[3])
          return 1
          """;

  /**
   * Writes rows. Keys: the position, then the rows. Arguments behind those of the check: version,
   * snapshot, 1 where newer rows are no reason to stay away; then for each row how many fields and
   * values follow, or -1 for one that is gone.
   */
  private static final String WRITE =
      CHECK
          + """
          local at = 6
          for i = 2, #KEYS do
            local count = tonumber(ARGV[at])
            local there = redis.call('HGET', KEYS[i], '_version')
            if not there or ARGV[5] == '1' or tonumber(there) <= tonumber(ARGV[3]) then
              redis.call('DEL', KEYS[i])
              if count >= 0 then
                redis.call('HSET', KEYS[i], '_version', ARGV[3], '_snapshot', ARGV[4])
                if count > 0 then
                  redis.call('HSET', KEYS[i], unpack(ARGV, at + 1, at + count))
                end
              end
            end
            at = at + 1 + math.max(count, 0)
          end
          return #KEYS - 1
          """;

  /** Takes hashes away that another snapshot than this one has written. */
  private static final String SWEEP =
      CHECK
          + """
          for i = 2, #KEYS do
            if redis.call('HGET', KEYS[i], '_snapshot') ~= ARGV[3] then
              redis.call('DEL', KEYS[i])
            end
          end
          return #KEYS - 1
          """;

  private static final String MOVE =
      CHECK
          + """
          redis.call('HSET', KEYS[1], 'snapshot', ARGV[3], 'version', ARGV[4], 'definition', ARGV[5])
          redis.call('HDEL', KEYS[1], 'writing')
          return 1
          """;

  private final String job;
  private final String prefix;
  private final ConnectionSettings settings;
  private SinkLayout layout;
  private Jedis open;

  RedisTarget(String job, SinkSpec.Redis target, ConnectionSettings settings) {
    this.job = job;
    this.prefix = target.prefix();
    this.settings = settings;
  }

  @Override
  public Duration retryFor() {
    return settings.retryFor();
  }

  /** No name of a row: those have a brace there. */
  private String positionKey() {
    return prefix + ":tidemark-position";
  }

  @Override
  public Optional<SinkPosition> position() {
    return run(SinkPosition.NONE, this::read);
  }

  private Optional<SinkPosition> read(Jedis redis) {
    Map<String, String> there = redis.hgetAll(positionKey());
    if (there.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SinkPosition(
            Long.parseLong(there.getOrDefault(EPOCH, "0")),
            number(there.get(SNAPSHOT)),
            number(there.get(WRITING)),
            there.get(DEFINITION)));
  }

  private static Long number(String text) {
    return text == null ? null : Long.valueOf(text);
  }

  @Override
  public SinkPosition takeOver(SinkLayout written) {
    this.layout = written;
    return run(
        SinkPosition.NONE,
        redis -> {
          redis.hincrBy(positionKey(), EPOCH, 1);
          return read(redis).orElseThrow();
        });
  }

  @Override
  public SinkPosition resume(SinkPosition own) {
    SinkPosition there = position().orElse(SinkPosition.NONE);
    if (there.epoch() != own.epoch()) {
      throw own.refusal(job, there);
    }
    return there;
  }

  @Override
  public Batch begin(SinkPosition own, SinkStep step) {
    Writing writing = new Writing(own, step);
    writing.eval(BEGIN, List.of(), List.of(Long.toString(step.snapshot())));
    return writing;
  }

  private <T> T run(SinkPosition own, Function<Jedis, T> work) {
    try {
      return work.apply(redis());
    } catch (JedisConnectionException e) {
      close();
      throw new SinkUnavailableException(job, shown() + " does not answer: " + why(e), e);
    } catch (JedisException e) {
      close();
      throw failure(own, e);
    }
  }

  private RuntimeException failure(SinkPosition own, JedisException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains(ELSEWHERE)) {
      return own.refusal(job, position().orElse(SinkPosition.NONE));
    }
    // Starting up, a replica without its master, a failover under way.
    return message.matches("(?s)(LOADING|MASTERDOWN|BUSY|TRYAGAIN|READONLY|NOREPLICAS).*")
        ? new SinkUnavailableException(job, shown() + " does not answer as it should: " + why(e), e)
        : new SinkRefusedException(
            "%s does not take what job %s writes: %s; see what its user may do there"
                .formatted(shown(), job, why(e)),
            e);
  }

  private static String why(JedisException e) {
    return Secrets.redactText(String.valueOf(e.getMessage()));
  }

  private String shown() {
    return "connection %s (%s)".formatted(settings.name(), settings.url());
  }

  private Jedis redis() {
    if (open == null) {
      URI address = URI.create(settings.url());
      String path = address.getPath() == null ? "" : address.getPath().replace("/", "");
      open =
          new Jedis(
              new HostAndPort(
                  address.getHost(), address.getPort() < 0 ? DEFAULT_PORT : address.getPort()),
              DefaultJedisClientConfig.builder()
                  .user(settings.user())
                  .password(settings.resolvedPassword())
                  .database(path.isEmpty() ? 0 : Integer.parseInt(path))
                  .ssl("rediss".equals(address.getScheme()))
                  .clientName("tidemark-" + job)
                  .timeoutMillis(TIMEOUT_MS)
                  .build());
    }
    return open;
  }

  @Override
  public void close() {
    Jedis ended = open;
    open = null;
    if (ended != null) {
      try {
        ended.close();
      } catch (JedisException e) {
        // It is given up anyway.
      }
    }
  }

  private final class Writing implements Batch {
    private final SinkPosition own;
    private final SinkStep step;
    private final Map<String, SinkRow> waiting = new LinkedHashMap<>();

    Writing(SinkPosition own, SinkStep step) {
      this.own = own;
      this.step = step;
    }

    @Override
    public void put(SinkRow row) {
      waiting.put(SinkKey.name(prefix, row.key()), row);
      if (waiting.size() >= BATCH_ROWS) {
        flush();
      }
    }

    private void flush() {
      if (waiting.isEmpty()) {
        return;
      }
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  Long.toString(step.version()),
                  Long.toString(step.snapshot()),
                  step.whole() ? "1" : "0"));
      waiting.values().forEach(row -> add(row, arguments));
      eval(WRITE, waiting.keySet().stream().toList(), arguments);
      waiting.clear();
    }

    /** What is NULL has no field. */
    private void add(SinkRow row, List<String> arguments) {
      if (row.isDeleted()) {
        arguments.add("-1");
        return;
      }
      List<String> fields = new ArrayList<>();
      List<SinkColumn> columns = layout.columns();
      List<Object> values = row.all();
      for (int i = 0; i < columns.size(); i++) {
        if (values.get(i) != null) {
          fields.add(columns.get(i).name());
          fields.add(text(values.get(i)));
        }
      }
      arguments.add(Integer.toString(fields.size()));
      arguments.addAll(fields);
    }

    private String text(Object value) {
      boolean isOne = !(value instanceof List || value instanceof Map || value instanceof byte[]);
      return isOne ? JsonValues.text(value) : JsonValues.write(JsonValues.of(value));
    }

    private void eval(String script, List<String> rows, List<String> arguments) {
      List<String> keys = new ArrayList<>(List.of(positionKey()));
      keys.addAll(rows);
      List<String> all =
          new ArrayList<>(
              List.of(
                  Long.toString(own.epoch()),
                  own.snapshot() == null ? "" : Long.toString(own.snapshot())));
      all.addAll(arguments);
      run(own, redis -> redis.eval(script, keys, all));
    }

    @Override
    public void commit() {
      flush();
      if (step.whole()) {
        sweep();
      }
      eval(
          MOVE,
          List.of(),
          List.of(
              Long.toString(step.snapshot()),
              Long.toString(step.version()),
              layout.definition().json()));
    }

    /** What another snapshot has written is no longer there. */
    private void sweep() {
      ScanParams all = new ScanParams().match(prefix + ":{*").count(BATCH_ROWS);
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        String at = cursor;
        ScanResult<String> found = run(own, redis -> redis.scan(at, all));
        if (!found.getResult().isEmpty()) {
          eval(SWEEP, found.getResult(), List.of(Long.toString(step.snapshot())));
        }
        cursor = found.getCursor();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    }

    /** What was written stays: the same rows are written again, or newer ones. */
    @Override
    public void close() {
      waiting.clear();
    }
  }
}
