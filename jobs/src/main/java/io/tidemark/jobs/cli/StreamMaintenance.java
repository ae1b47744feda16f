package io.tidemark.jobs.cli;

import io.tidemark.jobs.run.MicroBatchListener;
import io.tidemark.jobs.run.MicroBatchReport;
import io.tidemark.jobs.spec.JobSpec;
import java.io.PrintWriter;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Looks after tables in the driver of the streams that write them. Its class is named in {@code
 * META-INF/services/io.tidemark.jobs.cli.StreamMaintenance} of the module that brings it.
 */
public interface StreamMaintenance {
  /**
   * Begins, for streams that are about to run. What fails later is told, and stops no stream.
   *
   * @param streams the jobs that this driver runs
   * @param progress says what it does
   */
  Running begin(Workspace workspace, List<JobSpec> streams, PrintWriter progress);

  /** Is told each micro-batch, on the thread of its stream: it must not make that wait. */
  interface Running extends MicroBatchListener, AutoCloseable {
    /** Ends what is being done, before the session ends. */
    @Override
    void close();
  }

  /** All that is on the class path, as one. */
  static Running beginInstalled(Workspace workspace, List<JobSpec> streams, PrintWriter progress) {
    List<Running> all =
        ServiceLoader.load(StreamMaintenance.class, StreamMaintenance.class.getClassLoader())
            .stream()
            .map(brought -> brought.get().begin(workspace, streams, progress))
            .toList();
    return new Running() {
      @Override
      public void committed(MicroBatchReport report) {
        all.forEach(each -> each.committed(report));
      }

      @Override
      public void close() {
        all.forEach(Running::close);
      }
    };
  }
}
