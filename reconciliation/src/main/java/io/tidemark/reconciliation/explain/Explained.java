package io.tidemark.reconciliation.explain;

import io.tidemark.reconciliation.plan.Explanation;

/**
 * Why the keys of a day differ.
 *
 * @param explanation per metric and cause; the parts add up to the difference
 * @param keys SQL of the keys that differ, in columns of their names; for metric i {@code
 *     causes__i}, from the cause to its part as text, and {@code evidence}, sentences for a person.
 *     There may be millions
 * @param frames what the keys are computed from
 */
record Explained(Explanation explanation, String keys, Frames frames) {}
