/**
 * Figures made of the ledger's rows: PUE, energies, joules per token. Every figure says its coverage, its estimated share and
 * how it was made; one that cannot be computed is null with a reason. All arithmetic is exact integers or decimals of 34
 * digits; nothing is rounded but the millijoule totals. {@code docs/method.md} explains every formula.
 */
package io.joulestream.core.kpi;
