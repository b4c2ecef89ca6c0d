package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.CHANNEL_MINUTE_OF_TENANT;
import static io.joulestream.storage.generated.Tables.HISTORY_IMPORT;
import static io.joulestream.storage.generated.Tables.SITE;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/**
 * Records an import, unless it tells old hours again and may not. Returns those hours.
 *
 * <p>The site's row is locked, so that of two imports at once the second sees what the first recorded.
 */
record RecordImport(
        String tenant, String site, List<ToldHistory> told, OldHours old, Instant at, boolean evenIfToldAgain)
        implements Function<DSLContext, List<HistoryOverlap>> {
    private static final Field<Instant> HOUR = Jooq.hourOf(CHANNEL_MINUTE_OF_TENANT.MINUTE);
    private static final Field<Instant> END_OF_MINUTE = field(
            "{0} + interval '1 minute'",
            CHANNEL_MINUTE_OF_TENANT.MINUTE.getDataType(), CHANNEL_MINUTE_OF_TENANT.MINUTE);

    private static final String TOLD_HOURS_OF = """
            select distinct hour
            from channel as c join told_hours as t using (channel_id)
                cross join unnest(t.hours * tstzmultirange(tstzrange(cast(? as timestamptz), cast(? as timestamptz), '[]'))) as told
                cross join generate_series(
                    date_bin('1 hour', lower(told), timestamptz '2000-01-01 00:00:00+00'),
                    upper(told) - interval '1 microsecond', interval '1 hour') as hour
            where c.site_id = ? and c.entity = any(?) and not exists (
                select from history_import as i where i.site_id = ? and i.owner = ?
                    and i.first_at < hour + interval '1 hour' and i.last_at >= hour)
            """;

    @Override
    public List<HistoryOverlap> apply(DSLContext database) {
        int siteId = database.select(SITE.SITE_ID)
                .from(SITE)
                .where(SITE.TENANT.eq(Text.name(tenant)), SITE.SITE_.eq(Text.name(site)))
                .forNoKeyUpdate()
                .fetchSingle(SITE.SITE_ID);
        List<HistoryOverlap> overlaps = new ArrayList<>();
        for (ToldHistory share : told) {
            if (!isRecorded(database, siteId, share)) {
                overlaps.addAll(toldByImports(database, siteId, share));
                overlaps.addAll(toldByNoImport(database, siteId, share));
            }
        }
        if (overlaps.isEmpty() || evenIfToldAgain) {
            told.forEach(share -> insert(database, siteId, share));
        }
        return overlaps;
    }

    private static boolean isRecorded(DSLContext database, int siteId, ToldHistory share) {
        return database.fetchExists(
                HISTORY_IMPORT,
                HISTORY_IMPORT
                        .SITE_ID
                        .eq(siteId)
                        .and(HISTORY_IMPORT.OWNER.eq(Text.name(share.owner())))
                        .and(HISTORY_IMPORT.PRODUCER.eq(share.producer())));
    }

    private List<HistoryOverlap> toldByImports(DSLContext database, int siteId, ToldHistory share) {
        List<HistoryOverlap> overlaps = new ArrayList<>();
        database.selectFrom(HISTORY_IMPORT)
                .where(HISTORY_IMPORT.SITE_ID.eq(siteId), HISTORY_IMPORT.OWNER.eq(Text.name(share.owner())))
                .orderBy(HISTORY_IMPORT.FIRST_AT, HISTORY_IMPORT.PRODUCER)
                .forEach(row -> old.inBoth(
                                share.first(),
                                share.last(),
                                row.get(HISTORY_IMPORT.FIRST_AT),
                                row.get(HISTORY_IMPORT.LAST_AT))
                        .map(hours -> new HistoryOverlap(
                                share.owner(),
                                hours,
                                row.get(HISTORY_IMPORT.PRODUCER),
                                row.get(HISTORY_IMPORT.IMPORTED_AT)))
                        .ifPresent(overlaps::add));
        return overlaps;
    }

    /** Minutes with readings, but those in which a recorded import has readings too: of these its first and last decide. */
    private List<HistoryOverlap> toldByNoImport(DSLContext database, int siteId, ToldHistory share) {
        if (share.entities().isEmpty() || !old.hold(share.first())) {
            return List.of();
        }
        SortedSet<Instant> hours = new TreeSet<>(toldByStoredMinutes(database, siteId, share));
        hours.addAll(toldByRemovedMinutes(database, siteId, share));
        return HourSpan.of(List.copyOf(hours)).stream()
                .map(span -> new HistoryOverlap(share.owner(), span, null, null))
                .toList();
    }

    private List<Instant> toldByStoredMinutes(DSLContext database, int siteId, ToldHistory share) {
        return database.selectDistinct(HOUR)
                .from(CHANNEL_MINUTE_OF_TENANT)
                .where(
                        CHANNEL_MINUTE_OF_TENANT.SITE_ID.eq(siteId),
                        CHANNEL_MINUTE_OF_TENANT.ENTITY.in(
                                share.entities().stream().map(Text::name).toList()),
                        CHANNEL_MINUTE_OF_TENANT.MINUTE.ge(share.first().truncatedTo(ChronoUnit.MINUTES)),
                        CHANNEL_MINUTE_OF_TENANT.MINUTE.le(share.last()),
                        CHANNEL_MINUTE_OF_TENANT.MINUTE.lt(old.end()),
                        CHANNEL_MINUTE_OF_TENANT.SAMPLES.gt(0),
                        notExists(selectOne()
                                .from(HISTORY_IMPORT)
                                .where(
                                        HISTORY_IMPORT.SITE_ID.eq(siteId),
                                        HISTORY_IMPORT.OWNER.eq(Text.name(share.owner())),
                                        HISTORY_IMPORT.FIRST_AT.lt(END_OF_MINUTE),
                                        HISTORY_IMPORT.LAST_AT.ge(CHANNEL_MINUTE_OF_TENANT.MINUTE))))
                .fetch(HOUR);
    }

    /** Of minutes that are no longer kept only the hours are known; those in which a recorded import has readings are its. */
    private List<Instant> toldByRemovedMinutes(DSLContext database, int siteId, ToldHistory share) {
        Instant first = share.first().truncatedTo(ChronoUnit.HOURS);
        Instant last =
                share.last().isBefore(old.end()) ? share.last() : old.end().minusMillis(1);
        return database.fetch(
                        TOLD_HOURS_OF,
                        first,
                        last,
                        siteId,
                        share.entities().stream().map(Text::name).toArray(String[]::new),
                        siteId,
                        Text.name(share.owner()))
                .map(row -> row.get(0, Instant.class));
    }

    private void insert(DSLContext database, int siteId, ToldHistory share) {
        database.insertInto(HISTORY_IMPORT)
                .set(HISTORY_IMPORT.SITE_ID, siteId)
                .set(HISTORY_IMPORT.OWNER, Text.name(share.owner()))
                .set(HISTORY_IMPORT.PRODUCER, share.producer())
                .set(HISTORY_IMPORT.FIRST_AT, share.first())
                .set(HISTORY_IMPORT.LAST_AT, share.last())
                .set(HISTORY_IMPORT.IMPORTED_AT, at)
                .onConflictDoNothing()
                .execute();
    }
}
