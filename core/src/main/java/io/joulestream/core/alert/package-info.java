/**
 * Alerts: rules, what is seen of their subjects, and when an alert opens and closes. Pure, without clock or thread.
 */
package io.joulestream.core.alert;
