package io.joulestream.core.alert;

import static java.util.Objects.requireNonNull;

import io.joulestream.core.kpi.ReasonCode;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * What is seen of one subject of one rule at one time.
 *
 * @param site where; of a run the first of its sites
 * @param subject a site, a meter or a run, by its name
 * @param what what the figure is, for people, such as {@code PUE of site fra1}
 * @param value in the unit of the kind, rounded as it is shown; null when it cannot be told
 * @param missing why there is no value; null when there is one
 * @param band where the value should lie
 * @param start of what the figure is about
 * @param end exclusive
 * @param at when it was looked at
 * @param explainedBy the address of the API that tells how the figure comes about, without host
 */
public record Observation(
        AlertKind kind,
        String site,
        String subject,
        String what,
        BigDecimal value,
        ReasonCode missing,
        Band band,
        Instant start,
        Instant end,
        Instant at,
        String explainedBy) {
    /** How a figure lies to its band. */
    public enum Finding {
        OUTSIDE,
        /** Inside, but not by the clearance. */
        NEAR,
        /** Inside by the clearance. */
        CLEAR,
        /** It cannot be told: this is not fine. */
        UNKNOWN
    }

    public Observation {
        requireNonNull(kind, "kind");
        requireNonNull(site, "site");
        requireNonNull(subject, "subject");
        requireNonNull(band, "band");
        requireNonNull(at, "at");
        if ((value == null) != (missing != null)) {
            throw new IllegalArgumentException(
                    "what is seen has a value or a reason, was value " + value + " and reason " + missing);
        }
        value = value == null ? null : kind.unit().rounded(value);
    }

    public Finding finding() {
        if (value == null) {
            return Finding.UNKNOWN;
        }
        if (!band.contains(value)) {
            return Finding.OUTSIDE;
        }
        return band.isClear(value) ? Finding.CLEAR : Finding.NEAR;
    }

    /** In one sentence, for people. */
    public String text() {
        String when = " from " + start + " to " + end;
        return value == null
                ? what + when + " is not known: " + missing
                : what + when + " is " + kind.unit().shown(value) + "; it should be " + shouldBe();
    }

    private String shouldBe() {
        AlertKind.Unit unit = kind.unit();
        if (band.low() == null) {
            return "at most " + unit.shown(band.high());
        }
        return band.high() == null
                ? "at least " + unit.shown(band.low())
                : band.low().stripTrailingZeros().toPlainString() + " to " + unit.shown(band.high());
    }
}
