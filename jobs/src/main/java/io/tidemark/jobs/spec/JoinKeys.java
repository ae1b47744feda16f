package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Keys;
import io.tidemark.catalog.config.Section;
import io.tidemark.catalog.config.Structures;
import io.tidemark.catalog.config.Values;
import java.time.Duration;
import java.util.List;

/** The keys of {@code join}. */
final class JoinKeys {
  static final Key<List<String>> KEY =
      Key.list(
          "key",
          Values.IDENTIFIER,
          "Columns of the SQL's result: of rows that agree in them, in `on` and in their event time the"
              + " first received stays. Every row is kept when left out.");
  private static final Keys SIDE = Keys.of(InputKeys.TABLE, InputKeys.SQL, KEY);

  static final Key<Section> LEFT =
      Key.section("left", SIDE, "The side that gives the result its day and time.");
  static final Key<Section> RIGHT =
      Key.section("right", SIDE, "The side that partners are looked for in.");
  static final Key<List<String>> ON =
      Key.required(
          "on",
          Structures.listOf(Values.IDENTIFIER),
          "Columns that both sides give, of the same type, by which rows are partners. A NULL has no"
              + " partner.");
  static final Key<Duration> WITHIN =
      Key.required(
          "within",
          Values.POSITIVE_DURATION,
          "How long after a left row, by event time, a partner may have happened; at most 1 day.");
  static final Key<Duration> BEFORE =
      Key.withDefault(
          "before",
          Values.DURATION,
          "0 seconds",
          "How long before a left row a partner may have happened; at most 1 day.");
  static final Key<JoinSpec.Type> TYPE =
      Key.withDefault(
          "type",
          Values.oneOf(JoinSpec.Type.class),
          "inner",
          "Which rows without a partner are in the result: `inner`, none; `left`, those of the left"
              + " side; `full`, those of both. They are there at once, and taken back when a partner"
              + " comes.");
  static final Key<JoinSpec.Partners> PARTNERS =
      Key.withDefault(
          "partners",
          Values.oneOf(JoinSpec.Partners.class),
          "all",
          "How many partners a left row has: `all`, a row for each; `first`, the one that happened"
              + " first.");
  static final Key<Section> JOIN =
      Key.section(
          "join",
          Keys.of(LEFT, RIGHT, ON, WITHIN, BEFORE, TYPE, PARTNERS),
          "Which two ODS tables are joined, and how.");

  private JoinKeys() {}
}
