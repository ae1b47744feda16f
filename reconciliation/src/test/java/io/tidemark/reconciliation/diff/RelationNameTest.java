package io.tidemark.reconciliation.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.SecretReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelationNameTest {
  private static final TableName TABLE = TableName.parse("dws.reading_1h");

  @Test
  void aTableMayHaveABranchOrASnapshot() {
    assertThat(RelationName.parse("dws.reading_1h")).isEqualTo(new RelationName.OfTable(TABLE, ""));
    assertThat(RelationName.parse("dws.reading_1h@offline"))
        .isEqualTo(new RelationName.OfTable(TABLE, "offline"));
    assertThat(RelationName.parse("dws.reading_1h@42"))
        .isEqualTo(new RelationName.OfTable(TABLE, "42"));
  }

  @Test
  void aPathHasASlashOrAnEnding() {
    assertThat(RelationName.parse("export.csv"))
        .isEqualTo(new RelationName.OfFiles("export.csv", "csv"));
    assertThat(RelationName.parse("export.csv.gz"))
        .isEqualTo(new RelationName.OfFiles("export.csv.gz", "csv"));
    assertThat(RelationName.parse("s3a://bucket/day/"))
        .isEqualTo(new RelationName.OfFiles("s3a://bucket/day/", ""));
    assertThat(RelationName.parse("/data/a.parquet"))
        .isEqualTo(new RelationName.OfFiles("/data/a.parquet", "parquet"));
  }

  @Test
  void aTableBehindJdbcHasItsPasswordElsewhere() {
    assertThat(
            RelationName.parse(
                "jdbc:sqlserver://h;databaseName=d;table=s.t;user=ann;password=${env:PW}"))
        .isEqualTo(
            new RelationName.OfJdbc(
                "jdbc:sqlserver://h;databaseName=d",
                "s.t",
                "ann",
                new SecretReference("env", "PW")));
    assertThat(RelationName.parse("jdbc:sqlite:a.db;table=t"))
        .isEqualTo(new RelationName.OfJdbc("jdbc:sqlite:a.db", "t", "", null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          orders | is no table and no path; write layer.table
          dws.reading_1h@ | is no table and no path; write layer.table
          jdbc:postgresql://h/d | names no table; write jdbc:URL;table=NAME
          jdbc:postgresql://h/d?password=geheim;table=t | has a password in its URL
          jdbc:postgresql://ann:geheim@h/d;table=t | has a password in its URL
          JDBC:postgresql://ann:geheim@h/d;table=t | has a password in its URL
          jdbc:postgresql://h/d;table=t;password=geheim | does not stand on a command line
          jdbc:postgresql://h/d;table=t;fetchsize=1 | 'fetchsize' is no option of a JDBC side
          """)
  void anythingElseIsRefusedWithoutItsSecret(String text, String remedy) {
    assertThatThrownBy(() -> RelationName.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(remedy)
        .message()
        .doesNotContain("geheim");
  }
}
