package io.tidemark.compaction.retain.plan;

import java.util.List;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;

/**
 * Whether manifests are worth being written anew. Whoever plans a query opens every manifest that
 * may hold its days; a stream leaves a small one with each commit. It is worth it when there are as
 * many as the table's policy says, and when half as many or fewer would be left.
 *
 * @param manifests manifests of the newest snapshot, of data and of deletes
 * @param small those of data of less than half of the target; those of deletes stay as they are
 * @param smallBytes bytes in the small ones
 * @param target bytes that a manifest should have
 * @param from how many manifests a table has that is due
 */
public record ManifestPlan(int manifests, int small, long smallBytes, long target, long from) {
  /**
   * Looks at the manifests of a snapshot.
   *
   * @param target bytes that a manifest should have
   * @param from how many manifests a table has that is due
   */
  public static ManifestPlan of(List<ManifestFile> manifests, long target, long from) {
    return ofLengths(
        manifests.size(),
        manifests.stream()
            .filter(each -> each.content() == ManifestContent.DATA)
            .map(ManifestFile::length)
            .toList(),
        target,
        from);
  }

  static ManifestPlan ofLengths(int manifests, List<Long> ofData, long target, long from) {
    List<Long> small = ofData.stream().filter(length -> isSmall(length, target)).toList();
    return new ManifestPlan(
        manifests, small.size(), small.stream().mapToLong(Long::longValue).sum(), target, from);
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

  /** Whether it is worth it. A rewrite that leaves most of them would be due again at once. */
  public boolean isDue() {
    return manifests >= from && (manifests - small + wouldFill()) * 2 <= manifests;
  }
}
