package io.tidemark.catalog.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a job's table stays partitioned by, whatever its file adds. */
class TableSpecCheckTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dt         | [dt, 'bucket(4, id)']
          key_bucket | [key_bucket]
          key_bucket | [key_bucket, dt]
          """)
  void aJobsFieldStaysTheFirst(String first, String partitions) {
    assertThat(check(first, partitions)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          dt         | [id, dt]       | id
          key_bucket | [dt]           | dt
          key_bucket | [dt, key_bucket] | dt
          """)
  void anotherFirstFieldIsRefused(String first, String partitions, String refused) {
    assertThat(check(first, partitions))
        .contains(
            "'%s' is not what the job's table is partitioned by first; write 'partitions: [%s, ...]'"
                .formatted(refused, first));
  }

  @Test
  void daysAreKeptOnlyWhereTheyArePartitions() {
    String file = "table: dwd.event\nretention: 3 days";
    assertThat(check("dt", Declared.file(file))).isEmpty();
    assertThat(check("key_bucket", Declared.file(file))).contains("counts business days");
  }

  private static String check(String first, String partitions) {
    return check(first, Declared.file("table: dwd.event\npartitions: " + partitions));
  }

  private static String check(String first, TableSpec file) {
    return TableSpecCheck.check(
            file,
            Declared.schema("dt: date\nid: string\nkey_bucket: int"),
            Optional.of(PartitionTerm.parse(first)))
        .stream()
        .map(problem -> "'%s' %s".formatted(problem.value(), problem.remedy()))
        .reduce("", String::concat);
  }
}
