/**
 * The program: one main, one subcommand per process. Each subcommand is a composition root: it reads the configuration,
 * builds objects in the order data flows, starts them, and closes them in reverse.
 */
package io.joulestream.app;
