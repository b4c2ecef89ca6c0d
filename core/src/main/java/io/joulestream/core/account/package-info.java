/**
 * From what owners report to the rows of sites and runs. Owners report differences; a book keeps the sums of one UTC hour
 * of one site or run and gives the rows that changed. A row's revision is the number of (frame, row) changes behind it,
 * which depends on the telemetry topic alone.
 */
package io.joulestream.core.account;
