package io.tidemark.jobs.run;

import io.tidemark.catalog.TableName;
import io.tidemark.catalog.table.DeclaredTable;
import io.tidemark.catalog.table.TableSpec;
import io.tidemark.jobs.spec.JobCatalog;
import io.tidemark.jobs.spec.JobSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** All tables that are declared, by jobs and by files: those of jobs first, upstream first. */
public final class DeclaredTables {
  private final JobCatalog jobs;
  private final Map<TableName, DeclaredTable> tables = new LinkedHashMap<>();

  public DeclaredTables(JobCatalog jobs, JobTables ofJobs, Map<TableName, TableSpec> files) {
    this.jobs = jobs;
    for (JobSpec job : jobs.jobs()) {
      ofJobs.declared(job).forEach(table -> tables.put(table.name(), table));
    }
    files
        .values()
        .forEach(
            file ->
                tables.computeIfAbsent(file.table(), name -> DeclaredTable.standingAlone(file)));
  }

  /** The tables. */
  public List<DeclaredTable> all() {
    return List.copyOf(tables.values());
  }

  /** Their names, as {@code layer.name}. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    tables.keySet().forEach(name -> names.add(name.toString()));
    return names;
  }

  /** The job whose output a table is. */
  public Optional<JobSpec> writerOf(TableName table) {
    return jobs.writerOf(table);
  }
}
