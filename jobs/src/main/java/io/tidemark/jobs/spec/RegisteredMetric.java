package io.tidemark.jobs.spec;

/**
 * A metric of the registry, which jobs refer to by its name.
 *
 * @param name unique in the registry
 * @param version which definition it is, from 1
 * @param description what it says, in a sentence; may be empty
 * @param owner who answers for what it means
 * @param unit what its values are
 * @param definition how it is computed
 * @param file where it is declared, as messages name it
 */
public record RegisteredMetric(
    String name,
    long version,
    String description,
    String owner,
    String unit,
    MetricDefinition definition,
    String file) {}
