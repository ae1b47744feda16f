/**
 * Where sinks write: what a row is there, who may write it, and how far a job has come. Nothing
 * here knows the engine.
 */
package io.tidemark.jobs.sink;
