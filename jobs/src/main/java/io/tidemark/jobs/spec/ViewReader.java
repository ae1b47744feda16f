package io.tidemark.jobs.spec;

import io.tidemark.catalog.config.Key;
import io.tidemark.catalog.config.Problems;
import io.tidemark.catalog.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the files below {@code conf/views}. */
final class ViewReader {
  private static final long MOST_RANKS = 1_000_000;

  private ViewReader() {}

  /** The files, each checked by itself; a project without the folder declares none. */
  static List<ViewFile> read(Path confDir, Problems problems) {
    List<ViewFile> views = new ArrayList<>();
    for (ConfFile file : ConfFile.below(confDir, "views", problems)) {
      file.read(problems)
          .map(yaml -> Section.read(yaml, ViewKeys.KEYS, problems))
          .ifPresent(section -> views.add(view(section)));
    }
    return views;
  }

  private static ViewFile view(Section view) {
    List<Key<Section>> shapes = ViewKeys.SHAPES.stream().filter(view::has).toList();
    if (shapes.size() != 1) {
      view.refuse(
          "is of "
              + List.of("no", "one", "two", "three", "four").get(shapes.size())
              + " kinds; declare users, ranking, curve or rollup");
      return new ViewFile(view, null);
    }
    Section declared = view.get(shapes.get(0));
    ViewSpec.Shape shape =
        declared == null || !declared.sound() ? null : shape(shapes.get(0), declared);
    return new ViewFile(
        view,
        shape == null
            ? null
            : view.build(
                () ->
                    new ViewSpec(
                        view.get(ViewKeys.VIEW),
                        view.get(JobKeys.DESCRIPTION),
                        view.get(JobKeys.OWNER),
                        view.get(ViewKeys.OF),
                        shape)));
  }

  /** {@code null} after a problem. */
  private static ViewSpec.Shape shape(Key<Section> kind, Section declared) {
    if (kind == ViewKeys.USERS) {
      return users(declared);
    }
    if (kind == ViewKeys.RANKING) {
      return ranking(declared);
    }
    return kind == ViewKeys.CURVE ? curve(declared) : RollupReader.read(declared);
  }

  private static CurveSpec curve(Section curve) {
    Window every = curve.get(ViewKeys.EVERY);
    if (every.length().isEmpty()) {
      curve.refuse(ViewKeys.EVERY, "is no part of a day; use 1 minute, 5 minutes or 1 hour");
    }
    return curve.build(() -> new CurveSpec(every));
  }

  private static UsersSpec users(Section users) {
    Duration after = users.get(ViewKeys.RETURNING_AFTER);
    if (!after.equals(Duration.ofDays(after.toDays()))) {
      users.refuse(ViewKeys.RETURNING_AFTER, "is no whole number of days; write '30 days' say");
    }
    List<String> by = users.get(ViewKeys.BY);
    if (by.contains(users.get(ViewKeys.USER))) {
      users.refuse(ViewKeys.BY, "holds the user; each would be a group alone: remove it");
    }
    refuseRepeated(users, by);
    return users.build(
        () ->
            new UsersSpec(
                users.get(ViewKeys.USER),
                by,
                Math.toIntExact(Math.min(after.toDays(), Integer.MAX_VALUE)),
                users.get(ViewKeys.FIRST_SEEN),
                users.get(ViewKeys.KNOWN)));
  }

  private static RankingSpec ranking(Section ranking) {
    List<String> ranked = ranking.get(ViewKeys.RANK);
    List<String> by = ranking.get(ViewKeys.BY);
    if (ranked.isEmpty()) {
      ranking.refuse(ViewKeys.RANK, "is empty; name what is ranked, [content_id] say");
    }
    List<String> all = new ArrayList<>(by);
    all.addAll(ranked);
    refuseRepeated(ranking, all);
    if (ranking.get(ViewKeys.TOP) > MOST_RANKS) {
      ranking.refuse(ViewKeys.TOP, "is more than a ranking; use at most " + MOST_RANKS);
    }
    tieBreak(ranking, ranked);
    return ranking.build(
        () ->
            new RankingSpec(
                ranking.get(ViewKeys.METRIC),
                Math.toIntExact(ranking.get(ViewKeys.TOP)),
                ranked,
                by,
                ranking.get(ViewKeys.PERIOD),
                ranking.get(ViewKeys.ORDER),
                ranking.get(ViewKeys.TIES),
                ranking.get(ViewKeys.TIE_BREAK)));
  }

  /** Whatever is left undecided would be decided by each engine anew. */
  private static void tieBreak(Section ranking, List<String> ranked) {
    List<String> tieBreak = ranking.get(ViewKeys.TIE_BREAK);
    if (ranking.get(ViewKeys.TIES) != RankingSpec.Ties.ROW_NUMBER) {
      if (!tieBreak.isEmpty()) {
        ranking.refuse(
            ViewKeys.TIE_BREAK,
            "breaks ties that are to share a rank; remove it, or write 'ties: row-number'");
      }
    } else if (tieBreak.size() != ranked.size() || !tieBreak.containsAll(ranked)) {
      ranking.refuse(
          ViewKeys.TIE_BREAK,
          "does not tell all of equal value apart; name each of %s once"
              .formatted(String.join(", ", ranked)));
    }
  }

  static void refuseRepeated(Section shape, List<String> dimensions) {
    ColumnNames.firstRepeated(dimensions)
        .ifPresent(
            name ->
                shape.refuse(
                    ViewKeys.BY,
                    "names, with what is counted, the dimension '" + name + "' twice; keep one"));
  }
}
