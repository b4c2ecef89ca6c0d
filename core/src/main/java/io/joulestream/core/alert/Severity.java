package io.joulestream.core.alert;

/** How soon a person should look. The names are part of the API: never rename, only add. */
public enum Severity {
    /** In working hours. */
    WARNING,
    /** Now: figures are wrong while it lasts. */
    CRITICAL
}
