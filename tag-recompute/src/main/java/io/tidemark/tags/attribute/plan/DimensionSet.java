package io.tidemark.tags.attribute.plan;

import java.io.Serializable;
import java.util.List;

/**
 * Tags that are added up together.
 *
 * @param name what the result is called
 * @param tags the places of its tags among those of the history, in order; none for everybody in
 *     one group
 */
public record DimensionSet(String name, List<Integer> tags) implements Serializable {
  public DimensionSet {
    tags = List.copyOf(tags);
  }
}
