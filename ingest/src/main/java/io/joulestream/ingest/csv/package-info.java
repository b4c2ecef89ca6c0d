/** Power readings in the two columns that a spreadsheet or a logger writes. */
package io.joulestream.ingest.csv;
