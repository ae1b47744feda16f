package io.tidemark.jobs.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SchemaCacheTest {
  private static final RegisteredSchema SCHEMA = new RegisteredSchema("AVRO", "x", Map.of());

  private final List<Integer> asked = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private boolean down;
  private final SchemaCache cache =
      new SchemaCache(
          id -> {
            asked.add(id);
            if (down) {
              throw new RegistryUnavailableException("down", null);
            }
            return id == 7 ? Optional.of(SCHEMA) : Optional.empty();
          },
          nanos::get);

  @Test
  void aSchemaIsAskedForOnce() {
    assertThat(cache.schema(7)).contains(SCHEMA);
    nanos.addAndGet(Duration.ofDays(100).toNanos());
    down = true;
    assertThat(cache.schema(7)).contains(SCHEMA);
    assertThat(asked).containsExactly(7);
  }

  @Test
  void thatThereIsNoneIsKeptForAMinute() {
    assertThat(cache.schema(9)).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(cache.schema(9)).isEmpty();
    assertThat(asked).containsExactly(9);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(cache.schema(9)).isEmpty();
    assertThat(asked).containsExactly(9, 9);
  }

  @Test
  void thatItCannotBeAskedIsNotKept() {
    down = true;
    assertThatThrownBy(() -> cache.schema(7)).isInstanceOf(RegistryUnavailableException.class);
    down = false;
    assertThat(cache.schema(7)).contains(SCHEMA);
  }
}
