package io.tidemark.jobs.run;

import io.tidemark.catalog.Lakehouse;
import io.tidemark.catalog.TableName;
import io.tidemark.catalog.config.ConfigurationException;
import io.tidemark.catalog.config.Problem;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.PartitionTerm;
import io.tidemark.catalog.table.TableSpec;
import io.tidemark.catalog.table.TableSpecCheck;
import io.tidemark.jobs.plan.AggregateSql;
import io.tidemark.jobs.plan.ColumnOrigin;
import io.tidemark.jobs.plan.JoinSql;
import io.tidemark.jobs.plan.MirrorSql;
import io.tidemark.jobs.plan.RowKeys;
import io.tidemark.jobs.plan.TransformSql;
import io.tidemark.jobs.plan.ViewSql;
import io.tidemark.jobs.spec.AggregateSpec;
import io.tidemark.jobs.spec.ChangeColumns;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.ColumnType;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.JoinSpec;
import io.tidemark.jobs.spec.MirrorSpec;
import io.tidemark.jobs.spec.SystemColumns;
import io.tidemark.jobs.spec.TransformInput;
import io.tidemark.jobs.spec.TransformSpec;
import io.tidemark.jobs.spec.UsersSpec;
import io.tidemark.jobs.spec.ViewSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The tables and views that the declared jobs write: their columns follow from the declarations.
 */
public final class JobTables {
  /** The property of a table that names the job which writes it. */
  public static final String JOB = "tidemark.job";

  /** When a dead letter was repaired; NULL for one that was not. */
  public static final String REPAIRED_AT = "repaired_at";

  /** A snapshot of ODS that has its rows; NULL when it rightly has none, or is not repaired. */
  static final String REPAIRED_IN = "repaired_in";

  private static final Map<String, String> DEAD_LETTER_COMMENTS =
      Map.of(
          SystemColumns.DT,
          "Business day on which the message was received",
          SystemColumns.KAFKA_TIME,
          SystemColumns.COMMENTS.get(SystemColumns.KAFKA_TIME),
          "message_key",
          "The message's key, as received",
          "message_value",
          "The message, as received",
          "reason",
          "Why it could not be read, in a word",
          "detail",
          "What exactly was wrong",
          REPAIRED_AT,
          "When it was read after all; NULL while it is a dead letter",
          REPAIRED_IN,
          "The snapshot of ODS that has its rows since; NULL while it has none");

  /**
   * Columns with hardly a value that comes twice: making dictionaries of them, to drop them again,
   * took a tenth of the time of an ingest job.
   */
  private static final Set<String> HARDLY_REPEATED =
      Set.of(
          SystemColumns.EVENT_TIME,
          SystemColumns.OFFSET,
          SystemColumns.KAFKA_TIME,
          ChangeColumns.OFFSET);

  private final Lakehouse lake;
  private final JobCatalog jobs;
  private final Map<TableName, TableSpec> files;
  private final Map<TableName, StructType> schemas = new HashMap<>();

  /** Columns of the views of aggregates. */
  private final Map<TableName, StructType> seen = new HashMap<>();

  /** Opened with the first job whose columns only Spark can tell. */
  private JobSession analysis;

  /** The tables of jobs of which nothing more is declared. */
  public JobTables(Lakehouse lake, JobCatalog jobs) {
    this(lake, jobs, Map.of());
  }

  /**
   * The tables of jobs.
   *
   * @param files what is declared below {@code conf/tables}, by table
   */
  public JobTables(Lakehouse lake, JobCatalog jobs, Map<TableName, TableSpec> files) {
    this.lake = lake;
    this.jobs = jobs;
    this.files = Map.copyOf(files);
  }

  /**
   * The table a job writes, created with its view and everything upstream when it is not there.
   *
   * @throws io.tidemark.catalog.SchemaMismatchException when it is there and rows of the declared
   *     columns cannot be written
   * @throws ConfigurationException when a version of a metric stands for something else there, or
   *     rows of a union were taken back there and its declaration knows nothing of that any more
   */
  public synchronized Table ensure(JobSpec job) {
    for (JobSpec upstream : jobs.inputs(job)) {
      ensure(upstream);
    }
    declared(job).forEach(lake::ensure);
    Table table = lake.load(job.output());
    if (job instanceof MirrorSpec mirror) {
      MirrorTable.checkBuckets(table, mirror, keys(mirror));
    }
    if (job instanceof TransformSpec transform) {
      List<Problem> refused = rowsAgainst(table, transform);
      if (!refused.isEmpty()) {
        throw new ConfigurationException(refused);
      }
    }
    if (job instanceof AggregateSpec aggregate) {
      MetricRecord.keep(table, aggregate);
    }
    ensureView(job);
    return table;
  }

  /** Why a job whose table is there would be refused for its rows; nothing where it would not. */
  List<Problem> refusals(JobSpec job, Table table) {
    if (job instanceof MirrorSpec mirror) {
      try {
        MirrorTable.checkBuckets(table, mirror, keys(mirror));
        return List.of();
      } catch (MirrorMismatchException e) {
        return List.of(
            new Problem(
                "job " + job.name(),
                "output",
                "",
                "has rows that do not go with it: %s. %s".formatted(e.getMessage(), e.nextStep())));
      }
    }
    return job instanceof TransformSpec transform ? rowsAgainst(table, transform) : List.of();
  }

  private static List<Problem> rowsAgainst(Table table, TransformSpec job) {
    return Stream.of(takenBack(table, job), heldBack(table, job))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Who no longer takes rows back would read those that were as rows that stay. */
  private static Optional<Problem> takenBack(Table table, TransformSpec job) {
    if (job.takesBack() || table.schema().findField(SystemColumns.TAKES_BACK) == null) {
      return Optional.empty();
    }
    boolean alone = job.inputs().size() == 1;
    String key = alone ? "inputs" : "dedupe";
    String why = alone ? "has one table left" : "is gone";
    return Optional.of(
        new Problem(
            "job " + job.name(),
            job.holdsBack() ? "lookup" : key,
            "",
            ("%s, but table %s has rows that are taken back (column %s), which would count then;"
                    + " declare it as it was (an input that brings nothing any more costs nothing),"
                    + " or drop the table, its view and the tables behind it: their jobs then begin"
                    + " with the whole of their inputs")
                .formatted(
                    job.holdsBack() ? "parks no row any more" : why,
                    job.output(),
                    SystemColumns.TAKES_BACK)));
  }

  /** Who no longer holds rows back would show those that were. */
  private static Optional<Problem> heldBack(Table table, TransformSpec job) {
    if (job.holdsBack() || table.schema().findField(SystemColumns.UNKNOWN_KEYS) == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            "job " + job.name(),
            "lookup",
            "",
            ("holds no row back any more, but table %s has rows that were (column %s), which would"
                    + " count then; declare one with 'unknown: dead-letter' as it was, or drop the"
                    + " table, its views and the tables behind it: their jobs then begin with the"
                    + " whole of their inputs")
                .formatted(job.output(), SystemColumns.UNKNOWN_KEYS)));
  }

  /**
   * Creates the view of an aggregate or a mirror, and those that are declared of it, or makes them
   * follow the declaration.
   */
  public void ensureView(JobSpec job) {
    if (job.view().isPresent()) {
      String relation = lake.identifier(job.output());
      lake.ensureView(job.view().get(), readSql(job, relation), readSqlInTrino(job, relation));
      if (job instanceof TransformSpec transform && transform.holdsBack()) {
        String held = heldBackSql(transform, relation);
        lake.ensureView(transform.unknownKeys(), held, held.replace('`', '"'));
      }
      for (ViewSpec view : jobs.viewsOf(job)) {
        lake.ensureView(view.name(), readSql(view, relation), readSqlInTrino(view, relation));
        if (view.shape() instanceof UsersSpec users
            && users.known() != null
            && lake.exists(users.known())) {
          ensureRecent(view);
        }
      }
    }
  }

  /**
   * SQL that reads a declared view, whichever branch or snapshot of its summary's table {@code
   * relation} stands for.
   */
  public String readSql(ViewSpec view, String relation) {
    AggregateSpec summary = summaryOf(view);
    return sql(view).over(readSql(summary, relation), relation, column -> typeOf(summary, column));
  }

  /**
   * SQL that reads a declared view as it will be once every day that batches have made is
   * published: days of the branch {@code offline} in place of those of {@code main}, also where
   * they have no row, and the others of {@code main}. That is the other side of a comparison,
   * because what a view shows of one day may follow from many.
   *
   * @return nothing where no view of that name is declared
   */
  public Optional<String> readSqlOfBatches(TableName view) {
    return jobs.view(view.toString())
        .map(
            declared -> {
              String main = lake.identifier(declared.of());
              String offline = main + ".branch_" + Lakehouse.OFFLINE;
              return readSql(
                  declared,
                  // Of a day whose batch has expired its rows tell.
                  "(SELECT kept.* FROM (SELECT * FROM %1$s WHERE NOT %4$s) kept LEFT ANTI JOIN (SELECT DISTINCT %2$s FROM %3$s) made ON kept.%2$s = made.%2$s UNION ALL SELECT * FROM %3$s)"
                      .formatted(
                          main,
                          SystemColumns.DT,
                          offline,
                          BatchRecord.days(lake.load(declared.of()))
                              .toSqlCondition(SystemColumns.DT)));
            });
  }

  /** The same in the words of Trino. */
  public String readSqlInTrino(ViewSpec view, String relation) {
    AggregateSpec summary = summaryOf(view);
    return sql(view)
        .overInTrino(
            readSqlInTrino(summary, relation), relation, column -> typeOf(summary, column));
  }

  /** The table of the users that a view knows; of a view that declares one. */
  static TableName known(ViewSpec view) {
    return ((UsersSpec) view.shape()).known();
  }

  /** That table, created when it is not there. */
  synchronized Table ensureKnown(ViewSpec view) {
    AggregateSpec summary = summaryOf(view);
    UsersSpec users = (UsersSpec) view.shape();
    StructType columns =
        analysis()
            .read(
                schema(summary), sql(view).known(readSql(summary, "stored"), null, LocalDate.EPOCH))
            .schema();
    DeclaredTable declared =
        new DeclaredTable(
            known(view),
            SparkSchemaUtil.convert(nullable(columns)),
            Map.of(),
            List.of(PartitionTerm.DT),
            List.of(),
            Map.of(),
            Map.of(),
            false);
    lake.ensure(
        declared.described(
            "Users of " + view.name() + " who were seen through dt, and when.",
            view.owner(),
            Stream.concat(Stream.of(SystemColumns.DT), users.dimensions().stream()).toList()));
    return lake.load(known(view));
  }

  /**
   * Makes the view of recent days follow the known users and the declaration; leaves it as it is
   * where there are none of today's dimensions.
   */
  void ensureRecent(ViewSpec view) {
    AggregateSpec summary = summaryOf(view);
    KnownRecord.latest(lake.load(known(view)))
        .filter(record -> record.dimensions().equals(((UsersSpec) view.shape()).dimensions()))
        .map(KnownRecord::day)
        .ifPresent(
            day -> {
              ViewSql sql = sql(view);
              String known = lake.identifier(known(view));
              String later =
                  "(SELECT * FROM %s WHERE %s > DATE '%s')"
                      .formatted(lake.identifier(view.of()), SystemColumns.DT, day);
              lake.ensureView(
                  view.recent(),
                  sql.behind(readSql(summary, later), known, day),
                  sql.behindInTrino(readSqlInTrino(summary, later), known, day));
            });
  }

  /** The columns of a declared view. */
  public synchronized StructType shown(ViewSpec view) {
    return analysis().read(schema(summaryOf(view)), readSql(view, "stored")).schema();
  }

  /** The SQL of a declared view. */
  public ViewSql sql(ViewSpec view) {
    return new ViewSql(view, summaryOf(view), lake.environment().timeZone());
  }

  private AggregateSpec summaryOf(ViewSpec view) {
    return (AggregateSpec) jobs.writerOf(view.of()).orElseThrow();
  }

  /** The type of a column that a summary's table has, or only its readers see. */
  private String typeOf(AggregateSpec summary, String column) {
    StructType stored = schema(summary);
    boolean isStored = Arrays.asList(stored.fieldNames()).contains(column);
    return (isStored ? stored : seen(summary)).apply(column).dataType().sql();
  }

  private synchronized StructType seen(AggregateSpec summary) {
    StructType known = seen.get(summary.output());
    if (known == null) {
      known = analysis().read(schema(summary), readSql(summary, "stored")).schema();
      seen.put(summary.output(), known);
    }
    return known;
  }

  /**
   * All that is declared of the tables a job writes, its own first.
   *
   * @throws ConfigurationException when a table's file speaks of what the table does not have
   */
  public List<DeclaredTable> declared(JobSpec job) {
    List<Problem> problems = problems(job);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    DeclaredTable output =
        declaredByJob(job)
            .described(job.description(), job.owner(), keys(job))
            .commented(SystemColumns.COMMENTS);
    if (!(job instanceof IngestSpec ingest)) {
      return List.of(withFile(output));
    }
    DeclaredTable dead =
        DeclaredTable.ofDays(
                ingest.deadLetters(),
                SparkSchemaUtil.convert(deadLetterSchema()),
                properties(job, deadLetterSchema()))
            .described(
                "Messages that job " + job.name() + " could not read.",
                job.owner(),
                RowKeys.of(job))
            .commented(DEAD_LETTER_COMMENTS);
    return List.of(withFile(output), withFile(dead));
  }

  private DeclaredTable declaredByJob(JobSpec job) {
    Schema columns = SparkSchemaUtil.convert(schema(job));
    Map<String, String> properties = properties(job, schema(job));
    return job instanceof MirrorSpec mirror
        ? MirrorTable.declared(mirror, keys(job), columns, properties)
        : DeclaredTable.ofDays(job.output(), columns, properties);
  }

  /**
   * The columns that tell rows apart, as readers see them; none where a transform keeps every row.
   */
  public List<String> keys(JobSpec job) {
    return job instanceof MirrorSpec mirror
        ? ((IngestSpec) jobs.writerOf(mirror.input()).orElseThrow()).payload().key()
        : RowKeys.of(job);
  }

  private DeclaredTable withFile(DeclaredTable table) {
    TableSpec file = files.get(table.name());
    return file == null ? table : table.with(file);
  }

  /** What is wrong with the files of a job's tables. */
  public List<Problem> problems(JobSpec job) {
    PartitionTerm first = job instanceof MirrorSpec ? MirrorTable.BY_BUCKET : PartitionTerm.DT;
    List<Problem> problems = new ArrayList<>(problems(job.output(), schema(job), first));
    if (job instanceof IngestSpec ingest) {
      problems.addAll(problems(ingest.deadLetters(), deadLetterSchema(), PartitionTerm.DT));
    }
    return problems;
  }

  private List<Problem> problems(TableName table, StructType schema, PartitionTerm first) {
    TableSpec file = files.get(table);
    return file == null
        ? List.of()
        : TableSpecCheck.check(file, SparkSchemaUtil.convert(schema), Optional.of(first));
  }

  /**
   * The columns of a table that are declared today, by the field ids that the table has for them:
   * what their names mean to a job that goes on while the table changes.
   */
  public static Schema known(Table table, StructType declared) {
    return table.schema().select(declared.fieldNames());
  }

  /**
   * SQL that reads the rows of a job that has a view, whichever branch or snapshot {@code relation}
   * stands for.
   */
  public String readSql(JobSpec job, String relation) {
    if (job instanceof TransformSpec transform) {
      return shown(transform, relation);
    }
    if (job instanceof JoinSpec join) {
      return shown(join, relation);
    }
    return job instanceof MirrorSpec mirror
        ? mirrorSql(mirror).read(relation)
        : readSql((AggregateSpec) job, relation);
  }

  /** SQL that reads the rows of a job that are held back, as readers see them. */
  public String heldBackSql(TransformSpec job, String relation) {
    return new TransformSql(job).heldBack(relation, List.of(schema(job).fieldNames()));
  }

  /**
   * SQL that gives, for rows of a job's table, as few rows as mean the same to everybody who reads
   * the table by {@link #readSql}. Rows of some of the table's files may be folded by themselves.
   *
   * @param table the job's table
   * @param relation the rows
   * @return nothing where each row stands for itself, or the table has other columns than are
   *     declared, of which nobody knows how they add up
   */
  public Optional<String> foldSql(JobSpec job, Table table, String relation) {
    List<String> columns = table.schema().columns().stream().map(NestedField::name).toList();
    if (job instanceof MirrorSpec mirror) {
      MirrorSql sql = mirrorSql(mirror);
      return columns.containsAll(sql.columns())
          ? Optional.of(sql.folded(relation, columns))
          : Optional.empty();
    }
    if (!(job instanceof AggregateSpec aggregate)) {
      return Optional.empty();
    }
    StructType declared = schema(job);
    return Set.copyOf(columns).equals(Set.of(declared.fieldNames()))
        ? Optional.of(
            new AggregateSql(aggregate)
                .folded(relation, column -> declared.apply(column).dataType().sql()))
        : Optional.empty();
  }

  /** The SQL of a mirror, which knows what columns were called when changes were written. */
  public MirrorSql mirrorSql(MirrorSpec job) {
    return new MirrorSql(
        job,
        (IngestSpec) jobs.writerOf(job.input()).orElseThrow(),
        new ColumnNames(lake, List.of(job.input(), job.output())));
  }

  private String readSql(AggregateSpec job, String relation) {
    StructType schema = schema(job);
    return new AggregateSql(job).read(relation, column -> schema.apply(column).dataType().sql());
  }

  /** The same in the words of Trino. */
  public String readSqlInTrino(JobSpec job, String relation) {
    if (job instanceof TransformSpec transform) {
      return shown(transform, relation).replace('`', '"');
    }
    if (job instanceof JoinSpec join) {
      return shown(join, relation).replace('`', '"');
    }
    return job instanceof MirrorSpec mirror
        ? mirrorSql(mirror).readInTrino(relation)
        : readSqlInTrino((AggregateSpec) job, relation);
  }

  private String shown(TransformSpec job, String relation) {
    return new TransformSql(job).shown(relation, List.of(schema(job).fieldNames()));
  }

  private String shown(JoinSpec job, String relation) {
    return new JoinSql(job).shown(relation, List.of(schema(job).fieldNames()));
  }

  private synchronized String readSqlInTrino(AggregateSpec job, String relation) {
    StructType stored = schema(job);
    StructType shown = seen(job);
    return new AggregateSql(job)
        .readInTrino(
            relation,
            column -> stored.apply(column).dataType().sql(),
            column -> shown.apply(column).dataType().sql());
  }

  /** The columns of a job's output. */
  public synchronized StructType schema(JobSpec job) {
    StructType known = schemas.get(job.output());
    if (known == null) {
      known = derive(job);
      schemas.put(job.output(), known);
    }
    return known;
  }

  /** The columns that readers see: those of the view, where there is one. */
  public synchronized StructType shown(JobSpec job) {
    return job.view().isPresent()
        ? analysis().read(schema(job), readSql(job, "stored")).schema()
        : schema(job);
  }

  /** What of a transform's rows depends on its dimensions. */
  public LookedUp lookedUp(TransformSpec job) {
    LookedUp bySql = lookedUpBySql(job);
    return job.holdsBack() ? new LookedUp(bySql.columns(), true) : bySql;
  }

  /** Whether the SQL of a transform decides by what it looked up which rows there are. */
  boolean decidesRows(TransformSpec job) {
    return lookedUpBySql(job).rows();
  }

  private synchronized LookedUp lookedUpBySql(TransformSpec job) {
    return job.lookups().isEmpty()
        ? LookedUp.NOTHING
        : analysed(job).stream()
            .map(rows -> LookedUp.of(job, rows))
            .reduce(LookedUp::and)
            .orElseThrow();
  }

  /**
   * What each column of a transform, or of a side of a join, in lower case, is made of where it
   * comes from an input.
   */
  public synchronized Map<String, List<ColumnOrigin>> origins(JobSpec job, TableName input) {
    if (job instanceof JoinSpec join) {
      return ColumnOrigins.of(List.of(), analysed(join).get(join.tables().indexOf(input)));
    }
    TransformSpec transform = (TransformSpec) job;
    TransformInput read =
        transform.inputs().stream()
            .filter(each -> each.table().equals(input))
            .findFirst()
            .orElseThrow();
    return ColumnOrigins.of(
        transform, analysis().analysed(new TransformSql(transform), read, schemaOf(input)));
  }

  private StructType derive(JobSpec job) {
    if (job instanceof IngestSpec ingest) {
      return odsSchema(ingest);
    }
    if (job instanceof MirrorSpec mirror) {
      return MirrorTable.schema(mirrorSql(mirror).columns(), schemaOf(mirror.input()));
    }
    JobSession session = analysis();
    if (job instanceof TransformSpec transform) {
      // All inputs give the same, or the job is refused before it runs.
      StructType made = nullable(analysed(transform).get(0).schema());
      StructType marked =
          transform.takesBack() ? made.add(SystemColumns.TAKES_BACK, DataTypes.BooleanType) : made;
      return transform.corrects()
          ? marked.add(SystemColumns.REVISION, DataTypes.IntegerType)
          : marked;
    }
    if (job instanceof JoinSpec join) {
      List<Dataset<Row>> sides = analysed(join);
      StructType made =
          nullable(session.joined(new JoinSql(join), sides.get(0), sides.get(1)).schema());
      return join.takesBack() ? made.add(SystemColumns.TAKES_BACK, DataTypes.BooleanType) : made;
    }
    AggregateSpec aggregate = (AggregateSpec) job;
    return nullable(
        session
            .aggregated(new AggregateSql(aggregate), session.empty(schemaOf(aggregate.input())))
            .schema());
  }

  private JobSession analysis() {
    if (analysis == null) {
      analysis = new JobSession(lake);
    }
    return analysis;
  }

  /** The columns of each of a transform's inputs. */
  List<StructType> inputSchemas(TransformSpec job) {
    return job.tables().stream().map(this::schemaOf).toList();
  }

  /** Of each of a transform's inputs what the transform makes of it, without a row. */
  synchronized List<Dataset<Row>> analysed(TransformSpec job) {
    TransformSql sql = new TransformSql(job);
    return job.inputs().stream()
        .map(input -> analysis().analysed(sql, input, schemaOf(input.table())))
        .toList();
  }

  /** What each side of a join makes of its table, without a row: the left one, the right one. */
  synchronized List<Dataset<Row>> analysed(JoinSpec job) {
    return Stream.of(job.left(), job.right())
        .map(side -> analysis().analysed(side, schemaOf(side.table())))
        .toList();
  }

  /** The columns that a join makes its result of. */
  public JoinSql.Columns joinColumns(JoinSpec job) {
    List<Dataset<Row>> sides = analysed(job);
    return new JoinSql.Columns(
        job, List.of(sides.get(0).columns()), List.of(sides.get(1).columns()));
  }

  /** The columns of a table that a job behind it knows. */
  synchronized StructType schemaOf(TableName table) {
    StructType stored = schema(jobs.writerOf(table).orElseThrow());
    return new StructType(
        Arrays.stream(stored.fields())
            .filter(field -> !field.name().equals(SystemColumns.UNKNOWN_KEYS))
            .toArray(StructField[]::new));
  }

  private static Map<String, String> properties(JobSpec job, StructType columns) {
    Map<String, String> properties = new HashMap<>(Map.of(JOB, job.name()));
    for (String column : columns.fieldNames()) {
      if (HARDLY_REPEATED.contains(column)) {
        properties.put(
            TableProperties.PARQUET_DICT_ENCODING_ENABLED_COLUMN_PREFIX + column, "false");
      }
    }
    return properties;
  }

  static StructType odsSchema(IngestSpec job) {
    List<StructField> fields = new ArrayList<>();
    for (ColumnSpec column : job.columns()) {
      fields.add(field(column));
    }
    if (fields.stream().noneMatch(field -> field.name().equals(SystemColumns.EVENT_TIME))) {
      fields.add(
          DataTypes.createStructField(SystemColumns.EVENT_TIME, DataTypes.TimestampType, true));
    }
    if (job.payload().isChangeLog()) {
      ChangeColumns.TYPES.forEach((name, type) -> fields.add(field(name, type)));
    }
    return new StructType(fields.toArray(StructField[]::new))
        .add(SystemColumns.DT, DataTypes.DateType)
        .add(SystemColumns.TOPIC, DataTypes.StringType)
        .add(SystemColumns.PARTITION, DataTypes.IntegerType)
        .add(SystemColumns.OFFSET, DataTypes.LongType)
        .add(SystemColumns.KAFKA_TIME, DataTypes.TimestampType)
        .add(SystemColumns.INGEST_BATCH, DataTypes.LongType)
        .add(SystemColumns.PENDING, DataTypes.BooleanType);
  }

  static StructField field(ColumnSpec column) {
    return field(column.name(), column.type());
  }

  static StructField field(String name, ColumnType type) {
    return DataTypes.createStructField(name, DataType.fromDDL(type.sql()), true);
  }

  /** The columns of every dead-letter table. */
  static StructType deadLetterSchema() {
    return new StructType()
        .add(SystemColumns.DT, DataTypes.DateType)
        .add(SystemColumns.TOPIC, DataTypes.StringType)
        .add(SystemColumns.PARTITION, DataTypes.IntegerType)
        .add(SystemColumns.OFFSET, DataTypes.LongType)
        .add(SystemColumns.KAFKA_TIME, DataTypes.TimestampType)
        .add("message_key", DataTypes.BinaryType)
        .add("message_value", DataTypes.BinaryType)
        .add("reason", DataTypes.StringType)
        .add("detail", DataTypes.StringType)
        .add(SystemColumns.INGEST_BATCH, DataTypes.LongType)
        .add(REPAIRED_AT, DataTypes.TimestampType)
        .add(REPAIRED_IN, DataTypes.LongType);
  }

  private static StructType nullable(StructType schema) {
    return new StructType(
        Arrays.stream(schema.fields())
            .map(field -> DataTypes.createStructField(field.name(), field.dataType(), true))
            .toArray(StructField[]::new));
  }
}
