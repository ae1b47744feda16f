package io.tidemark.reconciliation.report;

import io.tidemark.reconciliation.plan.Shown;
import io.tidemark.reconciliation.report.Place.Value;
import java.time.LocalDate;
import java.util.stream.Collectors;

/** What the report says of the places where stream and batch are apart. */
public final class PlaceWords {
  private static final int MOST_OF_PLACE = 240;
  private static final String DAY_COLUMN = "dt";

  private final LocalDate day;

  PlaceWords(LocalDate day) {
    this.day = day;
  }

  /** {@code city=北京, minute=10:05}: the day itself is not said again. */
  public String name(Place place) {
    String columns =
        place.columns().entrySet().stream()
            .filter(
                column ->
                    !(DAY_COLUMN.equals(column.getKey())
                        && day.toString().equals(column.getValue())))
            .map(column -> Texts.name(column.getKey()) + "=" + inTheDay(column.getValue()))
            .collect(Collectors.joining(", "));
    return columns.isEmpty() ? "the whole day" : Plain.line(columns, MOST_OF_PLACE);
  }

  /** A time of the day without its date, and without seconds where they are none. */
  private String inTheDay(String value) {
    if (value == null || !value.startsWith(day + " ")) {
      return Texts.value(value);
    }
    String time = value.substring(day.toString().length() + 1);
    return Texts.value(time.matches("\\d\\d:\\d\\d:00") ? time.substring(0, 5) : time);
  }

  /** Why, in one word or a few; empty when nobody knows. */
  public String causes(Place place) {
    return place.causes().stream().map(Texts::value).collect(Collectors.joining(", "));
  }

  /** What shows it; empty when nothing does. */
  public String evidence(Place place) {
    return Texts.sentence(place.evidence());
  }

  /** The name of the metric, with the keys it differs in where there are several. */
  public String metric(Value value) {
    return Texts.name(value.metric());
  }

  /** {@code 288 keys}; empty at a key. */
  public String keys(Value value) {
    return value.keys() == null ? "" : Shown.counted(value.keys(), "key");
  }

  /** The stream's value. */
  public String stream(Value value) {
    return Texts.total(value.stream());
  }

  /** The batch's value. */
  public String batch(Value value) {
    return Texts.total(value.batch());
  }

  /** Batch minus stream; empty where one of them is no number. */
  public String difference(Value value) {
    return Texts.between(value.stream(), value.batch());
  }

  /** Whether both are numbers, which stand in columns; anything else has a line of its own. */
  public boolean numeric(Value value) {
    return Texts.numeric(value.stream()) && Texts.numeric(value.batch());
  }
}
