package io.joulestream.core.savings;

/** One input as it went into the model, for the report: its name with the unit, its range, its basis, its source. */
public record ModelInput(String name, Range range, String source) {}
