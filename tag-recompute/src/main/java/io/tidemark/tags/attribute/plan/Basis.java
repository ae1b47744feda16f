package io.tidemark.tags.attribute.plan;

import io.tidemark.tags.kernel.Window;
import java.util.List;
import java.util.Optional;

/** What results that are wanted can be brought forward from: those that are there. */
public final class Basis {
  private Basis() {}

  /**
   * Why results cannot be brought forward; nothing when they can, as far as they go.
   *
   * @param there by set, what the result that is there says of itself
   * @param wanted by set, what is wanted
   * @param anew number of the newest build that made something anew
   * @param window the days that are wanted
   */
  public static Optional<String> obstacle(
      List<Optional<RecomputeRecord>> there,
      List<RecomputeRecord> wanted,
      long anew,
      Window window) {
    for (int set = 0; set < wanted.size(); set++) {
      String name = "set " + wanted.get(set).set();
      if (there.get(set).isEmpty()) {
        return Optional.of(name + " has no result yet, or somebody else has changed it");
      }
      RecomputeRecord own = there.get(set).get();
      if (!own.definition().equals(wanted.get(set).definition())
          || !own.history().equals(wanted.get(set).history())) {
        return Optional.of(name + " is declared otherwise by now");
      }
      if (!own.lineage().equals(wanted.get(set).lineage())) {
        return Optional.of("what is there is of a history that was dropped since, and built again");
      }
      if (!own.columns().equals(wanted.get(set).columns())) {
        return Optional.of("a column of the tag table is another one than then");
      }
      RecomputeRecord first = there.get(0).orElseThrow();
      if (own.build() != first.build()
          || !own.day().equals(first.day())
          || !own.hasSameTags(first)) {
        return Optional.of("the sets' results are of different days, builds or tags");
      }
    }
    RecomputeRecord record = there.get(0).orElseThrow();
    if (record.isOfSameInput(wanted.get(0))) {
      return Optional.of("what is there is of the same build and tags, and would only be copied");
    }
    if (record.build() < anew) {
      return Optional.of("the history, or a bucket of it, was made anew since");
    }
    long last = window.firstDay() + (long) window.days() - 1;
    long before = record.date().toEpochDay();
    if (record.build() > wanted.get(0).build() || before > last) {
      return Optional.of("what is there is of a later build");
    }
    if (before < window.firstDay()) {
      return Optional.of("what is there ends with " + record.day() + ", before all of its days");
    }
    return Optional.empty();
  }
}
