package io.tidemark.jobs.source;

import com.google.protobuf.Descriptors.Descriptor;
import io.tidemark.catalog.Environment;
import io.tidemark.catalog.SchemaRegistrySettings;
import io.tidemark.catalog.config.Problem;
import io.tidemark.jobs.schema.AvroSchemas;
import io.tidemark.jobs.schema.ProtobufSchemas;
import io.tidemark.jobs.schema.RegisteredSchema;
import io.tidemark.jobs.schema.RegistryRefusedException;
import io.tidemark.jobs.schema.RegistryUnavailableException;
import io.tidemark.jobs.schema.SchemaRegistry;
import io.tidemark.jobs.schema.SchemaTextException;
import io.tidemark.jobs.spec.ColumnSpec;
import io.tidemark.jobs.spec.IngestSpec;
import io.tidemark.jobs.spec.JobSpec;
import io.tidemark.jobs.spec.PayloadSpec.Format;
import io.tidemark.jobs.spec.SchemaFit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the columns of a job with the newest schema of its topic. A job that has never run and
 * does not fit was declared wrongly, and is refused. One that has run did fit: it goes on as it
 * would have without a restart, and what does not fit any more becomes dead letters. Jobs that
 * share a split topic are only warned: the newest schema is that of one kind of its messages.
 */
public final class SubjectCheck {
  private static final Logger LOG = LoggerFactory.getLogger(SubjectCheck.class);
  private static final String ITSELF = "the schema itself";

  private final IngestSpec job;
  private final SchemaRegistry registry;
  private final String subject;

  private SubjectCheck(IngestSpec job, SchemaRegistrySettings registry) {
    this.job = job;
    this.registry = new SchemaRegistry(registry);
    this.subject = job.topic() + "-value";
  }

  /** The problem of a job whose schemas are in a registry that its environment does not name. */
  public static Optional<Problem> missingRegistry(JobSpec job, Environment environment) {
    return job instanceof IngestSpec ingest
            && ingest.payload().needsRegistry()
            && environment.kafka().schemaRegistry() == null
        ? Optional.of(
            new Problem(
                "conf/env/" + environment.name() + ".yml",
                "kafka.schema-registry.url",
                "",
                "is missing; messages of topic %s, which job %s reads, name their schema in a registry: write its address, or 'schema:' below payload of the job"
                    .formatted(ingest.topic(), job.name())))
        : Optional.empty();
  }

  /**
   * Checks a job whose messages name their schema; does nothing for others.
   *
   * @param first whether the job has never run
   * @throws RegistryRefusedException when it has never run, has the topic for itself, and cannot
   *     read what is written now
   * @throws RegistryUnavailableException when it has never run and the registry cannot be asked
   */
  public static void atStart(IngestSpec job, SchemaRegistrySettings registry, boolean first) {
    if (!job.payload().needsRegistry()) {
      return;
    }
    if (registry == null) {
      throw new RegistryRefusedException(
          "job "
              + job.name()
              + " needs kafka.schema-registry, which the environment does not have");
    }
    try {
      new SubjectCheck(job, registry).check(first);
    } catch (RegistryUnavailableException e) {
      if (first) {
        throw e;
      }
      // Schemas that are needed are asked for when messages name them.
      LOG.warn("job {} starts without a look at its newest schema: {}", job.name(), e.getMessage());
    }
  }

  private void check(boolean first) {
    Optional<RegisteredSchema> latest = registry.latest(subject);
    if (latest.isEmpty()) {
      LOG.info("job {}: the schema registry has no subject {} yet", job.name(), subject);
      return;
    }
    List<String> problems = problems(latest.get());
    if (problems.isEmpty()) {
      return;
    }
    String all =
        "job %s does not fit the newest schema of subject %s:%n  %s"
            .formatted(job.name(), subject, String.join("%n  ".formatted(), problems));
    // Among the kinds of a split topic the newest schema may be another job's.
    if (first && !job.split().isSplit()) {
      throw new RegistryRefusedException(
          all + "%nNothing was read. Correct the columns of the job, or the schema.".formatted());
    }
    LOG.warn("{}\nMessages written by it become dead letters.", all);
  }

  private List<String> problems(RegisteredSchema schema) {
    if (!schema.type().equals(job.payload().format().name())) {
      return List.of(
          "it is %s, but the job reads %s".formatted(schema.type(), job.payload().format().name()));
    }
    try {
      // A schema of several message types says nothing of which is sent: the best one counts.
      Optional<SchemaFit> best =
          fits(schema).stream().min(Comparator.comparingInt(fit -> problems(fit).size()));
      best.ifPresent(this::warnOfNulls);
      return best.map(this::problems).orElse(List.of("it has no message type"));
    } catch (SchemaTextException e) {
      return List.of("it " + e.getMessage());
    }
  }

  private void warnOfNulls(SchemaFit fit) {
    List<String> without =
        fit.missing(job.columns()).stream()
            .filter(column -> !column.required())
            .map(ColumnSpec::name)
            .toList();
    if (!without.isEmpty()) {
      LOG.warn(
          "job {}: the newest schema of subject {} has no field for columns {}, which stay NULL",
          job.name(),
          subject,
          without);
    }
  }

  private List<SchemaFit> fits(RegisteredSchema schema) throws SchemaTextException {
    if (job.payload().format() == Format.AVRO) {
      return List.of(
          new SchemaFit(
              AvroSchemas.type(AvroSchemas.parse(schema.references().values(), schema.text()))));
    }
    Map<String, String> texts = new HashMap<>(schema.references());
    texts.put(ITSELF, schema.text());
    List<SchemaFit> fits = new ArrayList<>();
    for (Descriptor type : ProtobufSchemas.parse(texts, ITSELF).getMessageTypes()) {
      fits.add(new SchemaFit(ProtobufSchemas.type(type)));
    }
    return fits;
  }

  /** A column that may be missing is no problem where there is no field for it. */
  private List<String> problems(SchemaFit fit) {
    List<ColumnSpec> missing = fit.missing(job.columns());
    List<String> problems = new ArrayList<>();
    fit.problems(job.columns())
        .forEach(
            (column, problem) -> {
              if (column.required() || !missing.contains(column)) {
                problems.add("column '" + column.name() + "' " + problem);
              }
            });
    return problems;
  }
}
