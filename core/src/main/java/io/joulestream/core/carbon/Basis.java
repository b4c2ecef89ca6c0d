package io.joulestream.core.carbon;

/** What an emission factor of electricity includes. */
public enum Basis {
    /** What power stations emit when they generate; the only basis that Scope 2 allows. */
    GENERATION,
    /** Fuel supply, construction and disposal too; never in Scope 2. */
    LIFE_CYCLE
}
