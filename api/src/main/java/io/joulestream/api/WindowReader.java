package io.joulestream.api;

import io.joulestream.core.inventory.InventoryHistory;
import io.joulestream.core.kpi.SiteProfiles;
import io.joulestream.core.kpi.SiteWindow;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.storage.LedgerQueries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Reads a site's rows window by window, and holds no more of them than one window has. Thread-safe. */
final class WindowReader {
    private static final Duration LEDGER_STEPS_AT_ONCE = Duration.ofDays(124);

    private final LedgerQueries ledger;
    private final String tenant;

    WindowReader(LedgerQueries ledger, String tenant) {
        this.ledger = ledger;
        this.tenant = tenant;
    }

    /** Gives out the plan's windows, oldest first, all as of one moment. */
    void read(InventoryHistory history, String site, WindowPlan plan, Consumer<SiteWindow> windows) {
        ledger.asOfOneMoment(tenant, () -> {
            readNow(new SiteProfiles(history), site, plan, windows);
            return null;
        });
    }

    private void readNow(SiteProfiles profiles, String site, WindowPlan plan, Consumer<SiteWindow> windows) {
        if (plan.rows() == WindowPlan.Rows.LEDGER_STEPS_AND_MINUTES) {
            plan.windows().forEach(span -> windows.accept(mixed(profiles, site, span)));
            return;
        }
        boolean steps = plan.rows() == WindowPlan.Rows.LEDGER_STEPS;
        if (steps && plan.windows().stream().anyMatch(span -> span.length().compareTo(LEDGER_STEPS_AT_ONCE) > 0)) {
            plan.windows().forEach(span -> windows.accept(ofLedgerSteps(profiles, site, span)));
            return;
        }
        stream(profiles, site, plan, windows);
    }

    /** As {@link #read}, of what is too large to be held: from one reading that goes on as fast as the windows are taken. */
    void stream(InventoryHistory history, String site, WindowPlan plan, Consumer<SiteWindow> windows) {
        stream(new SiteProfiles(history), site, plan, windows);
    }

    private void stream(SiteProfiles profiles, String site, WindowPlan plan, Consumer<SiteWindow> windows) {
        Gathering gathering = new Gathering(profiles, plan.windows().iterator(), windows);
        switch (plan.rows()) {
            case MINUTES -> ledger.siteMinutes(tenant, site, plan.start(), plan.end(), gathering::add);
            case LEDGER_STEPS -> ledger.siteHours(tenant, site, plan.start(), plan.end(), gathering::add);
            case LEDGER_STEPS_AND_MINUTES -> throw new IllegalArgumentException("there are few of those: read them");
        }
        gathering.end();
    }

    /** Gives out each window when the first row after it comes. */
    private static final class Gathering {
        private final SiteProfiles profiles;
        private final Iterator<TimeSpan> spans;
        private final Consumer<SiteWindow> windows;
        private final List<SiteStep> rows = new ArrayList<>();
        private TimeSpan span;

        Gathering(SiteProfiles profiles, Iterator<TimeSpan> spans, Consumer<SiteWindow> windows) {
            this.profiles = profiles;
            this.spans = spans;
            this.windows = windows;
            this.span = spans.next();
        }

        void add(SiteStep row) {
            while (!row.start().isBefore(span.end())) {
                give();
                span = spans.next();
            }
            rows.add(row);
        }

        void end() {
            give();
            while (spans.hasNext()) {
                span = spans.next();
                give();
            }
        }

        private void give() {
            windows.accept(SiteWindow.of(profiles, span.start(), span.end(), rows));
            rows.clear();
        }
    }

    /** Rows of the ledger that lie inside the window, and minutes from its edges to them. */
    private SiteWindow mixed(SiteProfiles profiles, String site, TimeSpan span) {
        Duration step =
                SiteCatalog.applying(profiles.history(), span.end()).inventory().ledgerStep();
        Instant first = TimeSpan.floor(span.start().plus(step).minusSeconds(1), step);
        Instant last = TimeSpan.floor(span.end(), step);
        if (!first.isBefore(last)) {
            return ofMinutes(profiles, site, span.start(), span.end());
        }
        SiteWindow window = ofLedgerSteps(profiles, site, new TimeSpan(first, last));
        if (span.start().isBefore(first)) {
            window = ofMinutes(profiles, site, span.start(), first).followedBy(window);
        }
        return last.isBefore(span.end()) ? window.followedBy(ofMinutes(profiles, site, last, span.end())) : window;
    }

    private SiteWindow ofMinutes(SiteProfiles profiles, String site, Instant from, Instant to) {
        return SiteWindow.of(profiles, from, to, ledger.siteMinutes(tenant, site, from, to));
    }

    /** A window of any length, read in parts and joined. */
    private SiteWindow ofLedgerSteps(SiteProfiles profiles, String site, TimeSpan span) {
        SiteWindow window = null;
        Instant from = span.start();
        while (from.isBefore(span.end())) {
            Instant after = from.plus(LEDGER_STEPS_AT_ONCE);
            Instant to = after.isBefore(span.end()) ? after : span.end();
            SiteWindow part = SiteWindow.of(profiles, from, to, ledger.siteHours(tenant, site, from, to));
            window = window == null ? part : window.followedBy(part);
            from = to;
        }
        return window;
    }
}
