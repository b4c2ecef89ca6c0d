/**
 * Emissions of bought electricity: location-based Scope 2, from energies of the ledger and factors of electricity
 * generation. Kilograms of CO2 equivalent, unrounded.
 */
package io.joulestream.core.carbon;
