package io.tidemark.tests.bench;

import java.util.List;

/** One of the ways to do the same work that are measured beside each other. */
interface Side {
  /** What the table of results calls it. */
  String name();

  /** Creates what must be there before the work begins; not measured. */
  void prepare();

  /** What is done, step after step; measured. */
  List<Stage> stages();
}
