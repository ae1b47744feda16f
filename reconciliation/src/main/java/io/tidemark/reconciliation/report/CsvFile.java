package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Cause;
import io.tidemark.reconciliation.report.JobFacts.CauseFacts;
import io.tidemark.reconciliation.report.JobFacts.Metric;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The report's numbers as RFC 4180 has it: a row per job and metric, a column per cause, whose sum
 * is the net difference. It begins with a byte order mark, without which Excel takes UTF-8 for
 * something else. A value that a spreadsheet would compute gets an apostrophe in front.
 */
final class CsvFile {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final Pattern FORMULA =
      Pattern.compile("^\\s*[=+\\-@\\t\\r\\n＝＋－＠].*", Pattern.DOTALL);

  /** What a cell of a spreadsheet takes, with room for what is put in front. */
  private static final int MOST = 32_000;

  private CsvFile() {}

  static byte[] of(DayFacts day) {
    StringBuilder csv = new StringBuilder().append(BYTE_ORDER_MARK);
    List<String> head =
        new ArrayList<>(
            List.of(
                "dt",
                "job",
                "owner",
                "verdict",
                "metric",
                "within",
                "stream",
                "batch",
                "net_difference",
                "difference",
                "tolerance",
                "compared_keys",
                "differing_keys",
                "run_id"));
    Arrays.stream(Cause.values()).forEach(cause -> head.add("cause_" + cause.text()));
    csv.append(row(head));
    for (JobFacts job : day.jobs()) {
      if (job.metrics().isEmpty()) {
        csv.append(row(cells(day, job, null)));
      }
      job.metrics().forEach(metric -> csv.append(row(cells(day, job, metric))));
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> cells(DayFacts day, JobFacts job, Metric metric) {
    List<String> cells = new ArrayList<>();
    cells.add(day.day().toString());
    cells.add(job.name());
    cells.add(job.owner());
    cells.add(job.verdict().text());
    if (metric == null) {
      return cells;
    }
    cells.add(metric.name());
    cells.add(String.valueOf(metric.within()));
    cells.add(metric.stream());
    cells.add(metric.batch());
    cells.add(metric.netDifference());
    cells.add(number(metric.difference()));
    cells.add(metric.tolerance());
    cells.add(job.run().map(run -> String.valueOf(run.comparedKeys())).orElse(null));
    cells.add(String.valueOf(metric.differingKeys()));
    cells.add(job.run().map(JobFacts.Run::id).orElse(null));
    for (Cause cause : Cause.values()) {
      cells.add(
          metric.causes().stream()
              .filter(part -> part.cause().equals(cause.text()))
              .map(CauseFacts::part)
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null));
    }
    return cells;
  }

  private static String number(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).toPlainString()
        : String.valueOf(value);
  }

  /** Every row has as many cells as the first: what is missing is empty. */
  private static String row(List<String> cells) {
    int columns = 14 + Cause.values().length;
    List<String> all = new ArrayList<>(cells);
    while (all.size() < columns) {
      all.add(null);
    }
    return all.stream().map(CsvFile::cell).collect(Collectors.joining(",", "", "\r\n"));
  }

  /** NULL is nothing at all, and an empty text is quoted. */
  static String cell(String value) {
    if (value == null) {
      return "";
    }
    if (NUMBER.matcher(value).matches()) {
      return value;
    }
    String safe = FORMULA.matcher(value).matches() ? "'" + value : value;
    if (safe.length() > MOST) {
      int end = Character.isHighSurrogate(safe.charAt(MOST - 1)) ? MOST - 1 : MOST;
      safe = safe.substring(0, end) + "…";
    }
    return '"' + safe.replace("\"", "\"\"") + '"';
  }
}
