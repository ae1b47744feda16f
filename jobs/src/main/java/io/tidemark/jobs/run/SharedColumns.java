package io.tidemark.jobs.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places for the values of several jobs in rows that they share. A row belongs to one job, so jobs
 * share places of a type: twenty jobs of ten columns need little more than ten places, not 200.
 *
 * @param types SQL type of each place
 * @param places for each job, the place of each of its columns
 */
record SharedColumns(List<String> types, List<List<Integer>> places) {
  SharedColumns {
    types = List.copyOf(types);
    places = places.stream().map(List::copyOf).toList();
  }

  /**
   * As few places as there can be.
   *
   * @param columns for each job, the SQL types of its columns
   */
  static SharedColumns of(List<List<String>> columns) {
    List<String> types = new ArrayList<>();
    Map<String, List<Integer>> byType = new HashMap<>();
    List<List<Integer>> places = new ArrayList<>();
    for (List<String> job : columns) {
      Map<String, Integer> used = new HashMap<>();
      List<Integer> own = new ArrayList<>();
      for (String type : job) {
        List<Integer> there = byType.computeIfAbsent(type, any -> new ArrayList<>());
        int number = used.merge(type, 1, Integer::sum) - 1;
        if (number == there.size()) {
          there.add(types.size());
          types.add(type);
        }
        own.add(there.get(number));
      }
      places.add(own);
    }
    return new SharedColumns(types, places);
  }
}
