/** Mail, whatever it is about: what every message has, and the server that takes it. No engine. */
package io.tidemark.jobs.mail;
