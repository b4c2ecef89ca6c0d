/**
 * How state that must survive a restart becomes bytes: a version byte, then zig-zag varints and UTF-8 strings. Each
 * codec keeps every version it ever wrote readable, and has a golden file that says so.
 */
package io.joulestream.core.state;
