package io.joulestream.core.account;

/**
 * From when to when a run was asserted so far.
 *
 * @param toMillis exclusive
 * @param assertions by how many frames: the row's revision
 */
public record Extent(long fromMillis, long toMillis, long assertions) {
    /** With what an owner reports; null when nothing was known. */
    public static Extent with(Extent known, RunReport report) {
        if (known == null) {
            return new Extent(report.fromMillis(), report.toMillis(), report.assertions());
        }
        return new Extent(
                Math.min(known.fromMillis, report.fromMillis()),
                Math.max(known.toMillis, report.toMillis()),
                known.assertions + report.assertions());
    }
}
