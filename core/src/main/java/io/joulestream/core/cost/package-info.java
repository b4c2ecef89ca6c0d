/** What bought electricity costs. Money is decimal, rounded half-up once for each line of an invoice. */
package io.joulestream.core.cost;
