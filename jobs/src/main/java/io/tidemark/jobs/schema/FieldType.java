package io.tidemark.jobs.schema;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a schema says of a field, as far as it matters to columns, whatever language it is written
 * in.
 *
 * @param kinds what its values may be; several where the schema leaves the choice
 * @param text the type as the schema calls it, for messages
 * @param inside the fields inside its values; {@code null} when they have none
 */
public record FieldType(Set<Kind> kinds, String text, Inside inside) {
  /** The families of values that matter to columns. */
  public enum Kind {
    TEXT,
    BOOLEAN,
    NUMBER,
    DATE,
    TIMESTAMP,
    /** No value of any column: a list, or an object as a whole. */
    STRUCTURE
  }

  /** Fields by name. */
  public interface Inside {
    /** The field of that name, if there is one. */
    Optional<FieldType> field(String name);
  }

  public FieldType {
    kinds = Set.copyOf(kinds);
  }

  static FieldType of(Kind kind, String text) {
    return new FieldType(EnumSet.of(kind), text, null);
  }

  /** The field at a path of names joined by dots, if there is one. */
  public Optional<FieldType> at(String path) {
    Optional<FieldType> here = Optional.of(this);
    for (String name : path.split("\\.", -1)) {
      here = here.map(FieldType::inside).flatMap(fields -> fields.field(name));
    }
    return here;
  }
}
