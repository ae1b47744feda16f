package io.tidemark.compaction.retain.plan;

import java.util.List;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;

/**
 * Whether manifests are worth being written anew. Whoever plans a query opens every manifest that
 * may hold its days; a stream leaves a small one with each commit. It is worth it when there are
 * many small ones, and when a quarter as many or fewer would do.
 *
 * @param manifests data manifests of the newest snapshot
 * @param small those of less than half of the target
 * @param smallBytes bytes in the small ones
 * @param target bytes that a manifest should have
 */
public record ManifestPlan(int manifests, int small, long smallBytes, long target) {
  /** Fewer are opened at once, in a moment. */
  public static final int MANY = 16;

  private static final int FEWER = 4;

  /**
   * Looks at the manifests of a snapshot.
   *
   * @param target bytes that a manifest should have
   */
  public static ManifestPlan of(List<ManifestFile> manifests, long target) {
    return ofLengths(
        manifests.stream()
            .filter(each -> each.content() == ManifestContent.DATA)
            .map(ManifestFile::length)
            .toList(),
        target);
  }

  static ManifestPlan ofLengths(List<Long> ofData, long target) {
    List<Long> small = ofData.stream().filter(length -> isSmall(length, target)).toList();
    return new ManifestPlan(
        ofData.size(), small.size(), small.stream().mapToLong(Long::longValue).sum(), target);
  }

  private static boolean isSmall(long length, long target) {
    return length < target / 2;
  }

  /** Whether a manifest is one of those to be written anew. */
  public boolean takes(ManifestFile manifest) {
    return manifest.content() == ManifestContent.DATA && isSmall(manifest.length(), target);
  }

  /** How many manifests of the target's size the small ones would fill. */
  public long wouldFill() {
    return Math.max(1, (smallBytes + target - 1) / target);
  }

  /** Whether it is worth it. */
  public boolean isDue() {
    return small >= MANY && wouldFill() * FEWER <= small;
  }
}
