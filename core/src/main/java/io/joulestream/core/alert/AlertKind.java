package io.joulestream.core.alert;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** What a rule watches. The names are part of the API: never rename, only add. */
public enum AlertKind {
    /** The PUE of a site's last hour. */
    PUE_OUT_OF_BAND(Unit.RATIO, "0.02"),
    /** How much of a site's last hour its meters were read, IT and facility, the lesser. */
    COVERAGE_LOSS(Unit.PERCENT, "1"),
    /** The share of a site's energy that lies in no line of its balance, in the last ledger step that is over. */
    RESIDUAL(Unit.PERCENT, "0.5"),
    /** What a meter reads beyond those below it over a quarter of an hour, of its own energy: negative when they read more. */
    METER_INVERSION(Unit.PERCENT, "0.5"),
    /** The energy of one meter over the last quarter of an hour: negative when it runs backwards. */
    METER_BACKWARDS(Unit.KWH, "0"),
    /** By how much a run's joules per processed token exceed the median of the earlier runs it is compared with. */
    ENERGY_PER_TOKEN(Unit.PERCENT, "2"),
    /** The energy of a site's calendar month: so far, or what it is on course for. */
    ENERGY_BUDGET(Unit.KWH, null);

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    /** In what a figure of a kind is told, and how exactly. Both decide: a figure is judged as it is shown. */
    public enum Unit {
        RATIO("1", 4),
        PERCENT("%", 2),
        KWH("kWh", 3);

        private final String symbol;
        private final int decimals;

        Unit(String symbol, int decimals) {
            this.symbol = symbol;
            this.decimals = decimals;
        }

        public String symbol() {
            return symbol;
        }

        public BigDecimal rounded(BigDecimal value) {
            return value.setScale(decimals, RoundingMode.HALF_UP);
        }

        String shown(BigDecimal value) {
            return value.stripTrailingZeros().toPlainString() + (this == RATIO ? "" : " " + symbol);
        }
    }

    private final Unit unit;
    private final BigDecimal clearance;

    AlertKind(Unit unit, String clearance) {
        this.unit = unit;
        this.clearance = clearance == null ? null : new BigDecimal(clearance);
    }

    public Unit unit() {
        return unit;
    }

    /** Whether it watches runs, not sites. */
    public boolean isOfRuns() {
        return this == ENERGY_PER_TOKEN;
    }

    /** Whether a rule may leave its band to what each site's inventory says. */
    public boolean mayFollowInventory() {
        return this == PUE_OUT_OF_BAND || this == RESIDUAL;
    }

    /**
     * A band of this kind.
     *
     * @param low null: no lower end
     * @param high null: no upper end
     * @param given how far inside is well again; empty: as this kind has it, and for a budget one per cent of it
     * @throws IllegalArgumentException if no figure could ever be well
     */
    public Band band(BigDecimal low, BigDecimal high, Optional<BigDecimal> given) {
        Band band = new Band(low, high, given.orElseGet(() -> clearanceOf(high)));
        boolean isShare = this == COVERAGE_LOSS;
        if (isShare && low != null && low.add(band.clearance()).compareTo(HUNDRED) > 0) {
            throw new IllegalArgumentException(
                    "no coverage is " + band.clearance().toPlainString() + " above " + low.toPlainString() + " %");
        }
        return band;
    }

    private BigDecimal clearanceOf(BigDecimal high) {
        if (clearance != null) {
            return clearance;
        }
        if (high == null) {
            throw new IllegalArgumentException("a budget has an upper end");
        }
        return high.abs().divide(HUNDRED);
    }
}
