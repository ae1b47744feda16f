package io.tidemark.tests.lakehouse;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TimeZoneMismatchException;
import io.tidemark.jobs.run.JobTables;
import io.tidemark.jobs.spec.Declarations;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table never holds days of two zones. */
class TimeZoneTest {
  @TempDir private Path home;

  @Test
  void aTableOfAnotherZoneIsRefused() {
    ensureIn("Asia/Shanghai");
    ensureIn("Asia/Shanghai");

    assertThatThrownBy(() -> ensureIn("UTC"))
        .isInstanceOf(TimeZoneMismatchException.class)
        .hasMessageContaining("ods.order_event", "Asia/Shanghai", "UTC");
  }

  private void ensureIn(String zone) {
    Declarations declared =
        Declarations.read(
            Repository.conf(),
            "local",
            Map.of("catalog.warehouse", home.toString(), "time-zone", zone));
    new JobTables(Lakehouse.open(declared.environment()), declared.jobs())
        .ensure(declared.jobs().job("ods_order_event"));
  }
}
