package io.tidemark.jobs.spec;

import io.tidemark.catalog.NamingRules;
import io.tidemark.catalog.TableName;
import java.util.List;

/** Holds the tables of a job to the naming rules. */
final class JobNamingCheck {
  private JobNamingCheck() {}

  static void check(JobFile job, NamingRules rules) {
    if (job.output() == null) {
      return;
    }
    Window window = job.section().get(JobKeys.WINDOW);
    List<String> remedies =
        window == null
            ? rules.check(job.output())
            : rules.checkSummary(job.output(), window.suffix());
    remedies.forEach(remedy -> job.refuse(JobKeys.OUTPUT, remedy));
    if (job.spec() instanceof TransformSpec transform) {
      for (LookupSpec lookup : transform.lookups()) {
        rules
            .check(lookup.table())
            .forEach(
                remedy ->
                    job.section()
                        .refuse(
                            LookupKeys.LOOKUP, lookup.name(), lookup.table().toString(), remedy));
      }
    }
    for (TableName input : job.inputs()) {
      rules.checkFlow(input, job.output()).forEach(remedy -> job.refuseInput(input, remedy));
    }
  }
}
