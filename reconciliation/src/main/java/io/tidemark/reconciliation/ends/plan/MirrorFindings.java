package io.tidemark.reconciliation.ends.plan;

import io.tidemark.reconciliation.plan.Shown;
import java.util.List;

/**
 * What was found between a table of a database and its mirror, in words.
 *
 * @param left the table
 * @param right the mirror
 * @param there rows of the table
 * @param here rows of the mirror
 * @param notCompared columns that have no text which both sides write alike
 */
public record MirrorFindings(
    String left, String right, long there, long here, List<String> notCompared) {
  public MirrorFindings {
    notCompared = List.copyOf(notCompared);
  }

  /** Nothing differs. */
  public String equal() {
    return counts() + ", all equal" + remark();
  }

  /**
   * Some keys were looked up again.
   *
   * @param settling what became of them
   * @param more keys that were too many to look up
   * @param passed whether the mirror has passed what was looked up
   * @param inVain how long that was waited for and where it stands, where it has not
   */
  public String lookedUpAgain(Settling settling, long more, boolean passed, String inVain) {
    StringBuilder text = new StringBuilder(counts());
    long open = settling.open().size();
    if (settling.different() > 0) {
      text.append("; ").append(settling.text());
    } else if (open == 0 && more == 0) {
      text.append(", all equal once they had settled");
    }
    if (open > 0) {
      text.append("; ").append(Shown.number(open));
      text.append(passed ? " in flight" : " not judged: " + inVain);
    }
    if (more > 0) {
      text.append("; ").append(Shown.number(more));
      text.append(" more keys not judged: too many differ to look all of them up again");
    }
    return text.append(remark()).toString();
  }

  private String counts() {
    return "%s rows in %s, %s in %s"
        .formatted(Shown.number(there), left, Shown.number(here), right);
  }

  private String remark() {
    return notCompared.isEmpty() ? "" : "; not compared: " + String.join(", ", notCompared);
  }
}
