package io.tidemark.tags.build;

import java.io.Serializable;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import scala.Function1;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** What tasks return, one thing each, as they end: also where another task fails afterwards. */
final class TaskResults {
  private TaskResults() {}

  /**
   * Runs the tasks.
   *
   * @param taker gets what they return, in the order of their ends, in another thread
   */
  static <T> void each(JavaRDD<T> tasks, Class<T> type, Consumer<T> taker) {
    Function1<Iterator<T>, T> only = (Function1<Iterator<T>, T> & Serializable) Iterator::next;
    Function2<Object, T, BoxedUnit> take =
        (task, result) -> {
          taker.accept(result);
          return BoxedUnit.UNIT;
        };
    tasks.rdd().sparkContext().runJob(tasks.rdd(), only, take, ClassTag$.MODULE$.apply(type));
  }
}
