package io.joulestream.storage;

import static io.joulestream.storage.generated.Tables.CHANNEL;
import static io.joulestream.storage.generated.Tables.CHANNEL_MINUTE;
import static io.joulestream.storage.generated.Tables.HISTORY_IMPORT;
import static io.joulestream.storage.generated.Tables.SITE;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
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
    private static final Field<Instant> HOUR = Jooq.hourOf(CHANNEL_MINUTE.MINUTE);
    private static final Field<Instant> END_OF_MINUTE =
            field("{0} + interval '1 minute'", CHANNEL_MINUTE.MINUTE.getDataType(), CHANNEL_MINUTE.MINUTE);

    @Override
    public List<HistoryOverlap> apply(DSLContext database) {
        return database.transactionResult(transaction -> record(transaction.dsl()));
    }

    private List<HistoryOverlap> record(DSLContext database) {
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
        List<Instant> hours = database.selectDistinct(HOUR)
                .from(CHANNEL)
                .join(CHANNEL_MINUTE)
                .on(CHANNEL_MINUTE.CHANNEL_ID.eq(CHANNEL.CHANNEL_ID))
                .where(
                        CHANNEL.SITE_ID.eq(siteId),
                        CHANNEL.ENTITY.in(
                                share.entities().stream().map(Text::name).toList()),
                        CHANNEL_MINUTE.MINUTE.ge(share.first().truncatedTo(ChronoUnit.MINUTES)),
                        CHANNEL_MINUTE.MINUTE.le(share.last()),
                        CHANNEL_MINUTE.MINUTE.lt(old.end()),
                        CHANNEL_MINUTE.SAMPLES.gt(0),
                        notExists(selectOne()
                                .from(HISTORY_IMPORT)
                                .where(
                                        HISTORY_IMPORT.SITE_ID.eq(siteId),
                                        HISTORY_IMPORT.OWNER.eq(Text.name(share.owner())),
                                        HISTORY_IMPORT.FIRST_AT.lt(END_OF_MINUTE),
                                        HISTORY_IMPORT.LAST_AT.ge(CHANNEL_MINUTE.MINUTE))))
                .orderBy(HOUR)
                .fetch(HOUR);
        return HourSpan.of(hours).stream()
                .map(span -> new HistoryOverlap(share.owner(), span, null, null))
                .toList();
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
