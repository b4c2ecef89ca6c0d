package io.joulestream.storage;

import io.joulestream.core.kpi.MeterHour;
import io.joulestream.core.kpi.RunLineage;
import io.joulestream.core.ledger.ChannelMinute;
import io.joulestream.core.ledger.DemandInterval;
import io.joulestream.core.ledger.QuantityStep;
import io.joulestream.core.ledger.RunCheckpoint;
import io.joulestream.core.ledger.RunPhase;
import io.joulestream.core.ledger.RunStep;
import io.joulestream.core.ledger.SitePart;
import io.joulestream.core.ledger.SiteStep;
import io.joulestream.core.ledger.TrainingStep;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jooq.DSLContext;

/**
 * The questions the ledger answers. Each names the tenant who asks and sees that tenant's rows only, for its own conditions
 * say so and for the database shows it no others; intervals are half-open. Any number of threads may ask.
 *
 * <p>Each answer is of a moment of its own, and the ledger may have changed before the next. Those from which one figure is made
 * belong {@linkplain #asOfOneMoment together}.
 */
public final class LedgerQueries {
    private static final String UNATTRIBUTED = "";

    private final TenantTransaction questions;
    private final TenantTransaction questionsOfCommands;

    LedgerQueries(DataSource dataSource) {
        questions = TenantTransaction.reading(dataSource, DatabaseRole.API);
        questionsOfCommands = TenantTransaction.reading(dataSource, DatabaseRole.ADMIN);
    }

    /**
     * What {@code work} asks for the tenant on this thread, here and of {@link SiteStore}, is answered as of one moment, from one
     * snapshot and over one connection. One inside of another of the same tenant is part of that.
     *
     * @param work short: its connection is lent until it ends. After a {@link StorageException} it can ask nothing any more
     */
    public <T> T asOfOneMoment(String tenant, Supplier<T> work) {
        return questions.asOfOneMoment(tenant, work);
    }

    /** All roles of a site, oldest first, in order of role. */
    public List<SiteStep> siteMinutes(String tenant, String site, Instant from, Instant to) {
        return ask(tenant, new SelectSiteMinutes(tenant, site, from, to));
    }

    /** All roles of a site, oldest first, in order of role. */
    public List<SiteStep> siteHours(String tenant, String site, Instant from, Instant to) {
        return ask(tenant, new SelectSiteHours(tenant, site, from, to));
    }

    /**
     * As the {@linkplain #siteMinutes(String, String, Instant, Instant) list}, one by one as the database gives them, in one
     * transaction: all are of one moment, and only some are held. A connection is lent until the last was taken.
     *
     * @param rows may wait, but for less than a minute at a time; what it throws ends the reading and comes out here
     */
    public void siteMinutes(String tenant, String site, Instant from, Instant to, Consumer<SiteStep> rows) {
        each(tenant, new SelectSiteMinutes(tenant, site, from, to), rows);
    }

    /** As {@link #siteMinutes(String, String, Instant, Instant, Consumer)}. */
    public void siteHours(String tenant, String site, Instant from, Instant to, Consumer<SiteStep> rows) {
        each(tenant, new SelectSiteHours(tenant, site, from, to), rows);
    }

    /** The parts of a site's balance, by ledger step: oldest first, in order of part. */
    public List<SitePart> siteParts(String tenant, String site, Instant from, Instant to) {
        return ask(tenant, new SelectSiteParts(tenant, site, from, to));
    }

    /** All roles of all sites, in order of site, time and role; for an hour or two. */
    public List<SiteStep> hoursOfSites(String tenant, Instant from, Instant to) {
        return ask(tenant, new SelectHoursOfSites(tenant, from, to));
    }

    /** The parts of all sites' balances, in order of site, time and part; for an hour or two. */
    public List<SitePart> partsOfSites(String tenant, Instant from, Instant to) {
        return ask(tenant, new SelectPartsOfSites(tenant, from, to));
    }

    /** The start of the last stored minute of each site that has one, by site. */
    public Map<String, Instant> lastMinutes(String tenant) {
        return ask(tenant, new SelectLastMinutes(tenant));
    }

    /** From when on minutes are kept; of all tenants alike. */
    public KeptFrom keptFrom(String tenant) {
        return ask(tenant, new SelectKeptFrom());
    }

    /** All channels of an entity, oldest first, in order of metric. */
    public List<ChannelMinute> channelMinutes(String tenant, String site, String entity, Instant from, Instant to) {
        return ask(tenant, new SelectChannelMinutes(tenant, site, entity, from, to));
    }

    /** What the entities' minutes add up to, in order of entity and metric; an entity without minutes is left out. */
    public List<EntityEnergy> entityEnergy(
            String tenant, String site, Collection<String> entities, Instant from, Instant to) {
        return ask(tenant, new SelectEntityEnergy(tenant, site, entities, from, to));
    }

    /** All channels of a site by UTC hour, in no order; {@code from} and {@code to} are whole hours. */
    public List<MeterHour> meterHours(String tenant, String site, Instant from, Instant to) {
        return ask(tenant, new SelectMeterHours(tenant, site, from, to));
    }

    /** The newest runs that were seen allocated, newest first. */
    public RunPage runs(String tenant, int limit) {
        return ask(tenant, new SelectRuns(tenant, null, atLeastOne(limit)));
    }

    /** The runs that come after the cursor, newest first. */
    public RunPage runs(String tenant, RunCursor after, int limit) {
        return ask(tenant, new SelectRuns(tenant, after, atLeastOne(limit)));
    }

    /** Empty when the tenant has no run of this name. */
    public Optional<RunTotals> run(String tenant, String run) {
        return ask(tenant, new SelectRun(tenant, run));
    }

    /** In order of site, entity and metric. */
    public List<RunMeterTotals> runMeters(String tenant, String run) {
        return ask(tenant, new SelectRunMeters(tenant, List.of(run))).getOrDefault(Text.name(run), List.of());
    }

    /**
     * Runs with their meters in four statements however many they are, in one transaction and in the order of their names in the
     * list; one that is not known is left out.
     */
    public List<MeteredRun> meteredRuns(String tenant, List<String> runs) {
        return ask(tenant, new SelectMeteredRuns(tenant, runs));
    }

    /** Oldest first, in order of site. */
    public List<RunStep> runMinutes(String tenant, String run, Instant from, Instant to) {
        return ask(tenant, new SelectRunMinutes(tenant, run, from, to));
    }

    /** Oldest first, in order of site. */
    public List<RunStep> runHours(String tenant, String run, Instant from, Instant to) {
        return ask(tenant, new SelectRunHours(tenant, run, from, to));
    }

    /** All runs at a site, oldest first, in order of run. */
    public List<RunStep> siteRunMinutes(String tenant, String site, Instant from, Instant to) {
        return ask(tenant, new SelectSiteRunMinutes(tenant, site, from, to));
    }

    /** All runs at a site, oldest first, in order of run. */
    public List<RunStep> siteRunHours(String tenant, String site, Instant from, Instant to) {
        return ask(tenant, new SelectSiteRunHours(tenant, site, from, to));
    }

    /** Quarter hours of grid import, oldest first, in order of feed. */
    public List<DemandInterval> feedDemand(String tenant, String site, Instant from, Instant to) {
        return ask(tenant, new SelectDemand(tenant, site, false, from, to));
    }

    /** Quarter hours of all runs at a site, oldest first, in order of run. */
    public List<DemandInterval> runDemand(String tenant, String site, Instant from, Instant to) {
        return ask(tenant, new SelectDemand(tenant, site, true, from, to));
    }

    /** Water and fuel of all meters of a site, oldest first, in order of entity, metric and kind. */
    public List<QuantityStep> quantities(String tenant, String site, Instant from, Instant to) {
        return ask(tenant, new SelectQuantities(tenant, site, from, to));
    }

    /** All zero when no step is stored. */
    public TrainingTotals trainingTotals(String tenant, String run) {
        return ask(tenant, new SelectTrainingTotals(tenant, run));
    }

    /** In order of site, attempt and step; a long run has many. */
    public List<TrainingStep> trainingSteps(String tenant, String run) {
        return ask(tenant, new SelectTrainingSteps(tenant, run));
    }

    /** In order of site, attempt and time. */
    public List<RunPhase> runPhases(String tenant, String run) {
        return ask(tenant, new SelectRunPhases(tenant, run));
    }

    /** In order of site, attempt and step. */
    public List<RunCheckpoint> runCheckpoints(String tenant, String run) {
        return ask(tenant, new SelectRunCheckpoints(tenant, run));
    }

    /** What became of a run's tokens and attempts, by the three lists above. */
    public RunLineage runLineage(String tenant, String run) {
        return RunLineage.of(trainingSteps(tenant, run), runPhases(tenant, run), runCheckpoints(tenant, run));
    }

    /** In order of site and code. The site is empty for what could not be read that far. */
    public List<DeadLetterCount> deadLetterCounts(String tenant) {
        return ask(tenant, new CountDeadLetters(tenant));
    }

    /** In order of code: of what could not be read far enough to know its tenant, whoever asks. */
    public List<DeadLetterCount> unattributedDeadLetterCounts(String tenant) {
        return ask(tenant, new CountDeadLetters(UNATTRIBUTED));
    }

    public long deadLetterTotal(String tenant) {
        return deadLetterCounts(tenant).stream()
                .mapToLong(DeadLetterCount::count)
                .sum();
    }

    /**
     * Newest first, without payloads; of the tenant's own alone.
     *
     * @param after those that come after it only
     */
    public DeadLetterPage deadLetterPage(DeadLetterFilter filter, Optional<DeadLetterCursor> after, int limit) {
        return ask(filter.tenant(), new SelectDeadLetterPage(filter, after, atLeastOne(limit)));
    }

    /** Newest first, without payloads. For commands, which see those of nobody too. */
    public List<KeptDeadLetter> deadLetters(DeadLetterFilter filter, int limit) {
        return questionsOfCommands.run(filter.tenant(), new SelectDeadLetters(filter, atLeastOne(limit)));
    }

    /** The tenant's letter of one identity, or an unattributed one; its payload ends at 64 KiB. For commands. */
    public Optional<KeptDeadLetter> deadLetter(String tenant, String identity) {
        return questionsOfCommands.run(tenant, new SelectDeadLetter(tenant, identity));
    }

    private <T> T ask(String tenant, Function<DSLContext, T> query) {
        return questions.run(tenant, query);
    }

    private record EachRow<T>(RowQuery<T> query, Consumer<T> rows) implements Function<DSLContext, Void> {
        @Override
        public Void apply(DSLContext database) {
            query.each(database, rows);
            return null;
        }
    }

    private <T> void each(String tenant, RowQuery<T> query, Consumer<T> rows) {
        questions.run(tenant, new EachRow<>(query, rows));
    }

    private static int atLeastOne(int limit) {
        if (limit < 1 || limit == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("limit must be >= 1 and below 2^31 - 1, was " + limit);
        }
        return limit;
    }
}
