"""Tests of the launcher's decisions; nothing is built or started."""

import importlib.machinery
import importlib.util
import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
LAUNCHER = Path(__file__).resolve().parents[2] / "tidemark"
loader = importlib.machinery.SourceFileLoader("tidemark_launcher", str(LAUNCHER))
tidemark = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
loader.exec_module(tidemark)


class ArgumentsTest(unittest.TestCase):
    def test_master_is_taken_from_before_and_after_the_verb(self):
        for argv in (
            ["--master", "yarn", "batch", "dws_x"],
            ["batch", "--master", "yarn", "dws_x"],
            ["batch", "dws_x", "--master=yarn"],
        ):
            invocation = tidemark.parse(argv)
            self.assertEqual(("yarn", ["batch", "dws_x"]), (invocation.master, invocation.arguments))
            self.assertEqual("batch", invocation.verb)

    def test_spark_conf_is_repeatable_and_keeps_its_equals_signs(self):
        invocation = tidemark.parse(["batch", "--spark-conf", "a=1", "--spark-conf=b=c=d"])
        self.assertEqual(["a=1", "b=c=d"], invocation.spark_conf)

    def test_every_other_option_belongs_to_the_verb(self):
        argv = ["batch", "--env", "cluster", "--set=a=b"]
        self.assertEqual(argv, tidemark.parse(argv).arguments)

    def test_nothing_is_taken_behind_a_double_dash(self):
        argv = ["batch", "--", "--master", "yarn"]
        self.assertEqual(("", argv), (tidemark.parse(argv).master, tidemark.parse(argv).arguments))

    def test_an_option_without_its_value_is_refused(self):
        for argv in (["batch", "--master"], ["batch", "--master="], ["batch", "--spark-conf"]):
            with self.assertRaisesRegex(tidemark.Refused, "needs a value"):
                tidemark.parse(argv)

    def test_an_option_before_the_verb_does_not_hide_it(self):
        self.assertEqual("batch", tidemark.parse(["-X", "batch"]).verb)
        self.assertEqual("", tidemark.parse(["--version"]).verb)


class WhereItRunsTest(unittest.TestCase):
    def where(self, argv, **environ):
        return tidemark.runs_on_spark_submit(tidemark.parse(argv), environ)

    def test_on_this_machine_by_default(self):
        self.assertFalse(self.where(["batch"]))

    def test_on_spark_submit_with_a_distribution_or_a_master(self):
        self.assertTrue(self.where(["batch"], SPARK_HOME="/opt/spark"))
        self.assertTrue(self.where(["batch", "--master", "local[2]"]))

    def test_local_verbs_stay_on_this_machine(self):
        for verb in tidemark.LOCAL_VERBS:
            self.assertFalse(self.where([verb], SPARK_HOME="/opt/spark"))

    def test_local_verbs_refuse_a_master(self):
        with self.assertRaisesRegex(tidemark.Refused, "demo runs on this machine only"):
            self.where(["demo", "--master", "yarn"])


class JavaTest(unittest.TestCase):
    def jdk(self, version):
        return tidemark.Jdk(Path(f"/jdk{version}"), version)

    def test_versions_old_and_new_are_read(self):
        self.assertEqual([17, 8, 25, 0], [tidemark.java_major(v) for v in ("17.0.15", "1.8.0_402", "25", "?")])

    def test_release_file_is_read(self):
        self.assertEqual(17, tidemark.release_version('IMPLEMENTOR="X"\nJAVA_VERSION="17.0.15"\n'))
        self.assertEqual(0, tidemark.release_version(""))

    def test_first_supported_java_wins(self):
        jdks = [self.jdk(11), self.jdk(25), self.jdk(21), self.jdk(17)]
        self.assertEqual(21, tidemark.choose_jdk(jdks).version)

    def test_newer_java_is_better_than_none(self):
        self.assertEqual(25, tidemark.choose_jdk([self.jdk(11), self.jdk(25)]).version)

    def test_without_java_17_the_message_says_what_to_install(self):
        with self.assertRaisesRegex(tidemark.Refused, r"found /jdk11 \(11\).*openjdk-17"):
            tidemark.choose_jdk([self.jdk(11)])
        with self.assertRaisesRegex(tidemark.Refused, "no Java at all"):
            tidemark.choose_jdk([])

    def test_java_home_is_looked_at_first(self):
        homes = list(tidemark.jdk_homes({"JAVA_HOME": "/mine", "PATH": ""}))
        self.assertEqual(Path("/mine"), homes[0])

    def test_the_jdk_in_use_is_told_and_the_rest_is_kept(self):
        environment = tidemark.environment_for(self.jdk(17), {"JAVA_HOME": "/other", "LANG": "C"})
        self.assertEqual({"JAVA_HOME": "/jdk17", "LANG": "C"}, environment)


class MavenTest(unittest.TestCase):
    def test_version_is_read(self):
        self.assertEqual((3, 8), tidemark.maven_version("\x1b[1mApache Maven 3.8.7\x1b[m\nJava version: 17"))
        self.assertEqual((0, 0), tidemark.maven_version("command not found"))

    def test_step_is_read_from_the_heading_of_a_module(self):
        line = "[INFO] Building Tidemark: jobs 0.1.0-SNAPSHOT                      [3/8]"
        self.assertEqual("jobs (3 of 8)", tidemark.step_of(line))
        self.assertEqual("", tidemark.step_of("[INFO] Building jar: x.jar"))

    def test_failure_tail_keeps_the_errors_and_drops_the_advice(self):
        log = "[INFO] x\n[ERROR] A.java:[3,1] missing\n[ERROR] \n[ERROR] Re-run Maven using -X\n"
        self.assertEqual("[ERROR] A.java:[3,1] missing\n", tidemark.failure_tail(log))

    def test_failure_tail_without_errors_is_the_end_of_the_log(self):
        self.assertEqual("b\nc\n", tidemark.failure_tail("a\nb\nc", lines=2))


class FilesTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)

    def write(self, name, text="", mtime=100):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (mtime, mtime))
        return path

    def age_directories(self, mtime):
        for directory in [path for path in self.root.rglob("*") if path.is_dir()]:
            os.utime(directory, (mtime, mtime))

    def test_a_build_is_stale_without_a_stamp_or_with_a_newer_source(self):
        stamp = self.root / "jobs/target/stamp"
        source = self.write("jobs/src/main/java/A.java")
        self.assertTrue(tidemark.is_stale(stamp, [source]))
        self.write("jobs/target/stamp", mtime=200)
        self.assertFalse(tidemark.is_stale(stamp, [source]))
        os.utime(source, (300, 300))
        self.assertTrue(tidemark.is_stale(stamp, [source]))

    def test_a_deleted_source_makes_its_directory_newer(self):
        self.write("pom.xml")
        self.write("jobs/pom.xml")
        source = self.write("jobs/src/main/java/A.java")
        stamp = self.write(str(tidemark.LOCAL_CLASSES.stamp), mtime=200)
        self.age_directories(150)
        self.assertFalse(tidemark.needs_build(tidemark.LOCAL_CLASSES, self.root))
        source.unlink()
        self.assertTrue(tidemark.is_stale(stamp, tidemark.sources(self.root)))

    def test_tests_are_no_source_of_a_run(self):
        self.write("pom.xml")
        self.write("jobs/pom.xml")
        self.write("jobs/src/test/java/ATest.java", mtime=300)
        self.write(str(tidemark.LOCAL_CLASSES.stamp), mtime=200)
        self.assertFalse(tidemark.needs_build(tidemark.LOCAL_CLASSES, self.root))

    def test_trino_is_built_for_the_verb_that_starts_it_alone(self):
        def product(*argv):
            return tidemark.local_product(tidemark.parse(argv))

        self.assertEqual(tidemark.LOCAL_CLASSES_AND_TRINO, product("bench", "--events", "9", "drilldown"))
        self.assertEqual(tidemark.LOCAL_CLASSES_AND_TRINO, product("bench", "stream-freshness"))
        self.assertEqual(tidemark.LOCAL_CLASSES_TRINO_AND_FLINK, product("bench", "stream"))
        self.assertEqual(tidemark.LOCAL_CLASSES, product("stream"))
        self.assertEqual(tidemark.LOCAL_CLASSES, product("bench", "tags"))
        self.assertEqual(tidemark.LOCAL_CLASSES, product("demo"))

    def test_an_installation_without_sources_is_never_built(self):
        self.assertFalse(tidemark.needs_build(tidemark.EVERYTHING, self.root))

    def test_local_class_path_begins_with_the_classes_of_tests(self):
        self.write("tests/target/classpath.txt", "/m2/a.jar:/m2/b.jar\n")
        expected = f"{self.root}/tests/target/classes:/m2/a.jar:/m2/b.jar"
        self.assertEqual(expected, tidemark.local_class_path(self.root))

    def test_spark_class_path_is_the_one_the_build_wrote_for_the_application_jar(self):
        self.write("tests/target/spark-classpath.txt", "/m2/spark.jar:/m2/scala.jar\n")
        self.assertEqual("/m2/spark.jar:/m2/scala.jar", tidemark.spark_class_path(self.root))

    def test_jvm_options_are_those_the_build_wrote_and_those_of_the_user(self):
        self.write("tests/target/jvm.options", "--add-opens=a/b=ALL-UNNAMED\n  -Dx=y\n")
        engine = ["--add-opens=a/b=ALL-UNNAMED", "-Dx=y"]
        self.assertEqual(engine + ["-Xmx4g"], tidemark.jvm_options(self.root, {}))
        environ = {"TIDEMARK_JAVA_OPTS": "-Xmx1g '-Dz=a b'"}
        self.assertEqual(engine + ["-Xmx1g", "-Dz=a b"], tidemark.jvm_options(self.root, environ))

    def test_a_noisy_module_is_left_out(self):
        self.assertEqual(["-Da"], tidemark.engine_options("--add-modules=jdk.incubator.vector\n-Da"))

    def test_surefire_reports_are_counted_by_zone(self):
        suite = '<testsuite tests="{}" failures="{}" errors="1" skipped="2"/>'
        self.write("jobs/target/surefire-reports/utc/TEST-a.xml", suite.format(10, 0), mtime=500)
        self.write("tests/target/surefire-reports/utc/TEST-b.xml", suite.format(5, 3), mtime=500)
        self.write("tests/target/surefire-reports/shanghai/TEST-b.xml", suite.format(5, 3), mtime=50)
        counts = tidemark.counts_by_zone(self.root, began=400)
        self.assertEqual({"utc": tidemark.Counts(15, 5, 4)}, counts)
        self.assertEqual("15 tests, 4 skipped, 5 FAILED", str(counts["utc"]))

    def test_a_failed_test_fails_also_where_maven_was_told_to_go_on(self):
        one_failed = {"utc": tidemark.Counts(15, 1, 4), "shanghai": tidemark.Counts(3)}
        self.assertEqual(1, tidemark.report_test_result(0, "mvn verify", one_failed))
        self.assertEqual(0, tidemark.report_test_result(0, "mvn verify", {"utc": tidemark.Counts(15, 0, 4)}))
        self.assertEqual(1, tidemark.report_test_result(1, "mvn verify", {}))

    def test_configuration_here_comes_before_the_one_beside_the_launcher(self):
        self.assertEqual(str(LAUNCHER.parent / "conf"), tidemark.default_conf(self.root))
        (self.root / "conf").mkdir()
        self.assertEqual("conf", tidemark.default_conf(self.root))

    def test_spark_home_of_another_line_is_refused(self):
        self.write("bin/spark-submit")
        self.write("jars/spark-core_2.13-4.1.3.jar")
        self.assertEqual(f"{self.root}/bin/spark-submit", tidemark.check_spark_home(self.root))
        (self.root / "jars/spark-core_2.13-4.1.3.jar").rename(self.root / "jars/spark-core_2.13-3.5.1.jar")
        with self.assertRaisesRegex(tidemark.Refused, "holds Spark 3.5.1"):
            tidemark.check_spark_home(self.root)

    def test_spark_home_without_spark_is_refused(self):
        with self.assertRaisesRegex(tidemark.Refused, "no bin/spark-submit"):
            tidemark.check_spark_home(self.root)

    def test_a_distribution_without_log_settings_gets_those_of_the_application_jar(self):
        environ = {"SPARK_HOME": str(self.root), "SPARK_SUBMIT_OPTS": "-Da=b"}
        jar = self.root / "t.jar"
        expected = f"-Da=b -Dlog4j2.configurationFile=jar:file://{self.root}/t.jar!/log4j2.properties"
        self.assertEqual({"SPARK_SUBMIT_OPTS": expected}, tidemark.quiet_distribution(environ, jar))
        self.write("conf/log4j2.properties")
        self.assertEqual({}, tidemark.quiet_distribution(environ, jar))
        environ["SPARK_CONF_DIR"] = str(self.root / "other")
        self.assertNotEqual({}, tidemark.quiet_distribution(environ, jar))

    def test_spark_home_of_jars_links_what_is_on_the_class_path_and_nothing_else(self):
        home = self.root / "home"
        old, new = self.write("m2/old.jar"), self.write("m2/new.jar")
        tidemark.spark_home_of_jars(str(old), home)
        environ = tidemark.spark_home_of_jars(str(new), home)
        self.assertEqual(["new.jar"], [link.name for link in (home / "jars").iterdir()])
        self.assertEqual(str(home), environ["SPARK_HOME"])


class CommandTest(unittest.TestCase):
    def test_local_command_ends_with_the_arguments_of_the_verb(self):
        command = tidemark.local_command("java", ["-Xmx1g"], "a:b", ["batch", "dws_x"])
        self.assertEqual(["java", "-Xmx1g", "-cp", "a:b", tidemark.MAIN_CLASS, "batch", "dws_x"], command)

    def test_submit_arguments_put_spark_before_the_jar_and_the_verb_behind_it(self):
        invocation = tidemark.parse(["batch", "dws_x", "--master", "yarn", "--spark-conf", "a=b"])
        expected = ["--class", tidemark.MAIN_CLASS, "--master", "yarn", "--conf", "a=b", "t.jar", "batch", "dws_x"]
        self.assertEqual(expected, tidemark.submit_arguments(invocation, Path("t.jar")))

    def test_submit_leaves_the_master_to_the_site_when_none_is_given(self):
        self.assertNotIn("--master", tidemark.submit_arguments(tidemark.parse(["batch"]), Path("t.jar")))


if __name__ == "__main__":
    unittest.main()
