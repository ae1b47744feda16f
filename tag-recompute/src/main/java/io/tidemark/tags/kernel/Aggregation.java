package io.tidemark.tags.kernel;

import io.tidemark.tags.history.MetricType;
import io.tidemark.tags.history.MetricValues;
import io.tidemark.tags.history.UserDays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Adds up the histories of users by their groups, for several dimension sets in one pass. Bucket
 * after bucket: {@link #startBucket}, the bucket's blocks with each user's days in ascending order,
 * {@link #endBucket}. A block is added as it is decoded: there is no row per user-day, and every
 * answer stands in arrays of groups times days.
 *
 * <p>Sums of whole numbers and decimals are exact, whatever their size; those of floating numbers
 * are the same in whatever order users come. Not for several threads.
 */
public final class Aggregation {
  /** Days that are worth laying together: fewer are added one by one as quickly. */
  private static final int MANY_DAYS = 16;

  private final Window window;
  private final List<MetricType> types;
  private final List<GroupTotals> totals = new ArrayList<>();
  private final Demand demand;
  private final Cells cells;
  private final Followed followed;
  private final ActiveUsers active = new ActiveUsers();
  private final Rows rows = new Rows();

  private int users;
  private Memberships members;

  /**
   * Nothing added yet.
   *
   * @param groups how many groups each dimension set has
   */
  public Aggregation(
      Window window, List<MetricType> types, Measures measures, List<Integer> groups) {
    this.window = window;
    this.types = List.copyOf(types);
    this.demand = new Demand(this.types, measures);
    Layout layout = Layout.of(types, measures);
    int all = groups.stream().reduce(0, Math::addExact);
    this.cells = new Cells(all, window.days(), layout, demand.packing(layout));
    this.followed = new Followed(window, measures, cells);
    int first = 0;
    for (int count : groups) {
      totals.add(new GroupTotals(first, count, measures, cells));
      first += count;
    }
  }

  /** Begins a bucket, whose users are in these groups: one for each dimension set, in order. */
  public void startBucket(List<UserGroups> groups) {
    if (groups.isEmpty() || groups.size() != totals.size()) {
      throw new IllegalArgumentException(
          groups.size() + " dimension sets, not " + Math.max(1, totals.size()));
    }
    users = groups.get(0).users();
    for (int set = 0; set < totals.size(); set++) {
      UserGroups own = groups.get(set);
      if (own.count() != totals.get(set).groups() || own.users() != users) {
        throw new IllegalArgumentException(
            "dimension set %d has %d groups of %d users, not %d of %d"
                .formatted(set, own.count(), own.users(), totals.get(set).groups(), users));
      }
    }
    members = new Memberships(groups, window.days());
    followed.startBucket(users);
    makeRoom(groups);
  }

  /**
   * Adds a block of the bucket.
   *
   * @param values a metric each, in the order of the types
   * @throws IllegalStateException when a user has a day that is not behind those added already
   */
  public void add(UserDays days, List<MetricValues> values) {
    check(days, values);
    if (demand.add(values) || demand.outgrows(cells.layout())) {
      change();
    }
    int shift = days.firstDay() - window.firstDay();
    active.select(days, shift, window);
    rows.fill(cells.layout(), cells.packing(), days, values);
    followed.add(active, days, shift, members, rows);
    int[] dayOf = days.days();
    for (int at = 0; at < active.count(); at++) {
      int user = active.user(at);
      add(members.from(user), members.to(user), dayOf, active.from(at), active.to(at), shift);
    }
  }

  /** Ends the bucket: whoever was active counts in the rolling windows up to their ends. */
  public void endBucket() {
    followed.endBucket(members);
    users = 0;
    members = null;
  }

  /** What was added up for a dimension set. */
  public GroupTotals totals(int set) {
    return totals.get(set);
  }

  private void check(UserDays days, List<MetricValues> values) {
    if (values.size() != types.size()) {
      throw new IllegalArgumentException(values.size() + " metrics, not " + types.size());
    }
    if (days.firstUser() + days.users() > users) {
      throw new IllegalArgumentException(
          "users up to %d in a bucket of %d".formatted(days.firstUser() + days.users() - 1, users));
    }
    for (MetricValues metric : values) {
      if (metric.count() != days.count()) {
        throw new IllegalArgumentException(
            metric.count() + " values for " + days.count() + " user-days");
      }
    }
  }

  /** Makes cells hold the bucket's users as well. */
  private void makeRoom(List<UserGroups> groups) {
    List<int[]> sizes = groups.stream().map(UserGroups::sizes).toList();
    int largest = sizes.stream().flatMapToInt(Arrays::stream).max().orElse(0);
    demand.add(users, largest);
    if (largest > cells.packing().users() || demand.outgrows(cells.layout())) {
      change();
    }
    for (int set = 0; set < totals.size(); set++) {
      totals.get(set).startBucket(sizes.get(set));
    }
  }

  /** Takes the layout and the packing that hold what has been seen by now. */
  private void change() {
    Layout layout = demand.layout(cells.layout());
    Packing packing = demand.packing(layout);
    for (GroupTotals each : totals) {
      each.change(layout, packing);
    }
    cells.change(layout, packing);
  }

  private void add(int groupsFrom, int groupsTo, int[] dayOf, int from, int to, int shift) {
    int[] firstCells = members.firstCells();
    int length = dayOf[to - 1] - dayOf[from] + 1;
    if (groupsTo - groupsFrom > 1 && to - from >= MANY_DAYS && 2 * (to - from) >= length) {
      long[] together = rows.together(dayOf, from, to);
      for (int at = groupsFrom; at < groupsTo; at++) {
        cells.addTogether(firstCells[at] + shift + dayOf[from], together, length);
      }
    } else {
      cells.add(rows, dayOf, from, to, shift, firstCells, groupsFrom, groupsTo);
    }
    if (cells.layout().doubles() > 0) {
      for (int at = groupsFrom; at < groupsTo; at++) {
        cells.addFloating(firstCells[at] + shift, rows, dayOf, from, to);
      }
    }
  }
}
