package io.tidemark.servers;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hive.metastore.HiveMetaStore;
import org.apache.hadoop.hive.metastore.conf.MetastoreConf;
import org.apache.hadoop.hive.metastore.conf.MetastoreConf.ConfVars;
import org.apache.hadoop.hive.metastore.security.HadoopThriftAuthBridge;
import org.apache.hadoop.hive.metastore.txn.TxnDbUtil;

/** A metastore that begins empty and keeps nothing. */
final class HiveMetastoreMain {
  private HiveMetastoreMain() {}

  /**
   * @param args the port, and the warehouse folder of its default database
   */
  public static void main(String[] args) throws Throwable {
    Configuration conf = MetastoreConf.newMetastoreConf();
    set(conf, ConfVars.CONNECT_URL_KEY, "jdbc:derby:memory:metastore;create=true");
    set(conf, ConfVars.WAREHOUSE, args[1]);
    conf.set(ConfVars.AUTO_CREATE_ALL.getVarname(), "true");
    conf.set(ConfVars.SCHEMA_VERIFICATION.getVarname(), "false");
    // The others want Hive's query engine, which is not here.
    set(
        conf,
        ConfVars.EXPRESSION_PROXY_CLASS,
        "org.apache.hadoop.hive.metastore.DefaultPartitionExpressionProxy");
    set(
        conf,
        ConfVars.TASK_THREADS_ALWAYS,
        "org.apache.hadoop.hive.metastore.events.EventCleanerTask");
    // Iceberg keeps the columns; Hive must not judge how they change.
    conf.set(ConfVars.DISALLOW_INCOMPATIBLE_COL_TYPE_CHANGES.getVarname(), "false");
    conf.set(ConfVars.SERVER_MIN_THREADS.getVarname(), "2");
    // The tables of locks, without which CREATE TABLE waits for minutes.
    TxnDbUtil.setConfValues(conf);
    TxnDbUtil.prepDb(conf);
    HiveMetaStore.startMetaStore(
        Integer.parseInt(args[0]), HadoopThriftAuthBridge.getBridge(), conf);
  }

  private static void set(Configuration conf, ConfVars key, String value) {
    MetastoreConf.setVar(conf, key, value);
  }
}
