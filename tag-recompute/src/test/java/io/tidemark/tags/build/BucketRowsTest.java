package io.tidemark.tags.build;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.tags.history.MetricType;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-zone")
class BucketRowsTest {
  private static final DataType[] TYPES = {
    DataTypes.LongType, DataTypes.StringType, DataTypes.IntegerType, DataTypes.LongType
  };
  private static final List<String> INPUTS = List.of("dws.reading_user_1d", "dws.order_user_1d");
  private static final int DAY = 20_454;

  private final DayRows day = new DayRows(DAY, List.of(MetricType.INTEGER), INPUTS);

  /** Both would become U+FFFD and a letter. */
  @Test
  void idsThatAreNoTextAreRefusedInsteadOfTakenForEachOther() {
    BucketRows rows = rows(3, new byte[] {(byte) 0xc3, 'a'});

    assertThatThrownBy(() -> rows.moveTo(day))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "dws.order_user_1d has a user on 2026-01-01 whose id is not UTF-8, and could be taken for another: bytes c361;");
  }

  @Test
  void aRowIsNotPassedOver() {
    BucketRows rows = rows(3, new byte[] {'a'});

    assertThatThrownBy(() -> rows.requireNone(INPUTS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("dws.order_user_1d has rows of bucket 3 on 2026-01-01");
    rows.moveTo(day);
    rows.requireNone(INPUTS);
  }

  private static BucketRows rows(int bucket, byte[] user) {
    InternalRow row =
        new GenericInternalRow(
            new Object[] {
              ((long) bucket << Integer.SIZE) + DAY + (1L << (Integer.SIZE - 1)),
              UTF8String.fromBytes(user),
              1,
              7L
            });
    return new BucketRows(List.of(row).iterator(), TYPES);
  }
}
