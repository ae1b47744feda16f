package io.tidemark.jobs.spec;
public final class SpecHash { public static String of(JobSpec j) { return Integer.toHexString(j.toString().hashCode()); } }
