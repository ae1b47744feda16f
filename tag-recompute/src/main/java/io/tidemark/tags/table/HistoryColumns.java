package io.tidemark.tags.table;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.spec.HistorySpec;
import io.tidemark.tags.spec.HistorySpec.UserType;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Columns of the tables of a history. */
public final class HistoryColumns {
  /** The bucket of users, by Iceberg's transform of the user id. */
  public static final String BUCKET = "bucket";

  /** What kind of piece: {@code day}, {@code week}, {@code epoch} or {@code patch}. */
  public static final String LEVEL = "level";

  /** The piece's first day. */
  public static final String FIRST_DAY = "first_day";

  /** The piece's last day. */
  public static final String LAST_DAY = "last_day";

  /** Number of a block's first user. */
  public static final String FIRST_USER = "first_user";

  /** Users that a block covers. */
  public static final String USERS = "users";

  /** User-days in a block. */
  public static final String USER_DAYS = "user_days";

  /** The active days: a stream in blocks, an array in user rows. */
  public static final String DAYS = "days";

  /** Of a patch, the days that are none any more. */
  public static final String REMOVED = "removed";

  /** A user's number within the bucket. */
  public static final String NUMBER = "number";

  /** The user. */
  public static final String USER_ID = "user_id";

  private HistoryColumns() {}

  /** Columns of the table of blocks. */
  public static StructType blocks(HistorySpec spec) {
    StructType columns =
        new StructType()
            .add(BUCKET, DataTypes.IntegerType)
            .add(LEVEL, DataTypes.StringType)
            .add(FIRST_DAY, DataTypes.DateType)
            .add(LAST_DAY, DataTypes.DateType)
            .add(FIRST_USER, DataTypes.IntegerType)
            .add(USERS, DataTypes.IntegerType)
            .add(USER_DAYS, DataTypes.IntegerType)
            .add(DAYS, DataTypes.BinaryType)
            .add(REMOVED, DataTypes.BinaryType);
    for (String metric : spec.metrics().keySet()) {
      columns = columns.add(metric, DataTypes.BinaryType);
    }
    return columns;
  }

  /** Columns of the table of a user's pieces. */
  public static StructType users(HistorySpec spec) {
    StructType columns =
        new StructType()
            .add(USER_ID, userType(spec))
            .add(LEVEL, DataTypes.StringType)
            .add(FIRST_DAY, DataTypes.DateType)
            .add(LAST_DAY, DataTypes.DateType)
            .add(DAYS, arrayOf(DataTypes.DateType))
            .add(REMOVED, arrayOf(DataTypes.DateType));
    for (Map.Entry<String, MetricType> metric : spec.metrics().entrySet()) {
      columns = columns.add(metric.getKey(), arrayOf(metricType(metric.getValue())));
    }
    return columns;
  }

  /** Columns of the view with a row a user. */
  public static StructType view(HistorySpec spec) {
    StructType columns =
        new StructType().add(USER_ID, userType(spec)).add(DAYS, arrayOf(DataTypes.DateType));
    for (Map.Entry<String, MetricType> metric : spec.metrics().entrySet()) {
      columns = columns.add(metric.getKey(), arrayOf(metricType(metric.getValue())));
    }
    return columns;
  }

  /** Columns of the table of users' numbers. */
  public static StructType directory(HistorySpec spec) {
    return new StructType()
        .add(BUCKET, DataTypes.IntegerType)
        .add(NUMBER, DataTypes.IntegerType)
        .add(USER_ID, userType(spec));
  }

  /** The type of a user id. */
  public static DataType userType(HistorySpec spec) {
    return spec.userType() == UserType.BIGINT ? DataTypes.LongType : DataTypes.StringType;
  }

  /** The type of one value of a metric. */
  public static DataType metricType(MetricType type) {
    return switch (type.kind()) {
      case INTEGER -> DataTypes.LongType;
      case DOUBLE -> DataTypes.DoubleType;
      case DECIMAL -> DataTypes.createDecimalType(type.precision(), type.scale());
    };
  }

  private static ArrayType arrayOf(DataType element) {
    return DataTypes.createArrayType(element, true);
  }
}
