package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the files below {@code conf/pairs}; their keys are declared here. */
final class PairReader {
  private static final Pattern WRITTEN_PASSWORD =
      Pattern.compile("(?i)(password|passwd|pwd)=(?!\\$\\{)");

  private static final Key<String> NAME =
      Key.required("pair", Values.IDENTIFIER, "The pair's name, in one word.");
  private static final Key<String> DESCRIPTION =
      Key.optional("description", Values.TEXT, "What it is for.");
  private static final Key<String> LEFT =
      Key.required("left", Values.TEXT, "One relation, written as `diff` takes it.");
  private static final Key<String> RIGHT = Key.required("right", Values.TEXT, "The other one.");
  private static final Key<List<String>> KEY =
      Key.list("key", Values.TEXT, "Columns by which a row is found on the other side; required.");
  private static final Key<List<String>> COLUMNS =
      Key.list("columns", Values.TEXT, "What is compared; all that both have, unless written.");
  private static final Key<Double> TOLERANCE =
      Key.withDefault("tolerance", Values.PERCENTAGE, "0%", "Share of the keys that may differ.");
  private static final Key<String> WHERE =
      Key.optional("where", Values.TEXT, "A condition on the rows of both sides, in Spark's SQL.");
  private static final Key<Map<String, Section>> CLOSE =
      Key.map(
          "close",
          Structures.section(Keys.of(ReconcileKeys.RELATIVE, ReconcileKeys.ABSOLUTE)),
          "By column, how far two values may be apart to count as equal.");

  static final Keys KEYS =
      Keys.of(NAME, DESCRIPTION, LEFT, RIGHT, KEY, COLUMNS, TOLERANCE, WHERE, CLOSE);

  private final Optional<JobCatalog> jobs;
  private final Map<String, PairSpec> pairs = new LinkedHashMap<>();

  private PairReader(Optional<JobCatalog> jobs) {
    this.jobs = jobs;
  }

  /** The pairs, in the order of their files; a project without the folder declares none. */
  static List<PairSpec> read(Path confDir, Optional<JobCatalog> jobs, Problems problems) {
    PairReader reader = new PairReader(jobs);
    for (ConfFile file : ConfFile.below(confDir, "pairs", problems)) {
      file.read(problems).ifPresent(yaml -> reader.pair(Section.read(yaml, KEYS, problems)));
    }
    return List.copyOf(reader.pairs.values());
  }

  private void pair(Section section) {
    String name = section.get(NAME);
    if (name != null && pairs.containsKey(name)) {
      section.refuse(NAME, "is declared by another file too; keep one of them");
    }
    if (name != null
        && jobs.stream()
            .flatMap(all -> all.jobs().stream())
            .anyMatch(job -> job.name().equals(name))) {
      section.refuse(NAME, "is the name of a job, and 'check' takes both; choose another");
    }
    refuseSecret(section, LEFT);
    refuseSecret(section, RIGHT);
    Map<String, Closeness> close = new TreeMap<>();
    Map<String, Section> written = section.get(CLOSE);
    if (written != null) {
      written.forEach(
          (column, parts) ->
              close.put(
                  column,
                  parts.build(
                      () ->
                          new Closeness(
                              parts.get(ReconcileKeys.RELATIVE),
                              parts.get(ReconcileKeys.ABSOLUTE)))));
    }
    PairSpec pair =
        section.build(
            () ->
                new PairSpec(
                    name,
                    section.get(LEFT),
                    section.get(RIGHT),
                    section.get(KEY),
                    section.get(COLUMNS),
                    section.get(TOLERANCE),
                    section.has(WHERE) ? section.get(WHERE) : "",
                    close));
    if (pair != null) {
      pairs.put(name, pair);
    }
  }

  /** Without the value, which is a secret. */
  private static void refuseSecret(Section section, Key<String> side) {
    String text = section.get(side);
    if (text != null && WRITTEN_PASSWORD.matcher(text).find()) {
      section.refuse(
          side, "", "", "holds a password; write password=${env:NAME} or password=${file:PATH}");
    }
  }
}
