package io.tidemark.reconciliation.report;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A report in all its forms.
 *
 * @param subject one line, without control characters
 * @param html the page; pictures are named as {@link Report.Pictures} were asked for
 * @param text the same for whoever reads plain text
 * @param csv a row per job and metric, in UTF-8; empty when left out
 * @param pictures the charts
 * @param leftOut what is missing for the size's sake
 */
public record Report(
    String subject,
    String html,
    String text,
    byte[] csv,
    List<Picture> pictures,
    List<String> leftOut) {
  public Report {
    pictures = List.copyOf(pictures);
    leftOut = List.copyOf(leftOut);
  }

  /** The attachment's text, as a test reads it. */
  public String csvText() {
    return new String(csv, StandardCharsets.UTF_8);
  }

  /**
   * A chart.
   *
   * @param name file name, unique in the report
   * @param alt what it shows, in words and numbers
   * @param png the picture
   */
  public record Picture(String name, String alt, byte[] png) {}

  /** How pages name pictures. */
  public enum Pictures {
    /** As parts of the same mail. */
    IN_MAIL,
    /** As files beside the page. */
    BESIDE;

    /** The address of a picture. */
    public String source(Picture picture) {
      return this == IN_MAIL ? "cid:" + contentId(picture) : picture.name();
    }

    /** The id of a picture as a part of a mail. */
    public static String contentId(Picture picture) {
      return picture.name() + "@report.tidemark";
    }
  }
}
