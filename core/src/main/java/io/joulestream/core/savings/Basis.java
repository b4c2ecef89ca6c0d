package io.joulestream.core.savings;

/** What a figure rests on, strongest first. */
public enum Basis {
    MEASURED,
    CALIBRATED,
    ASSUMED
}
