package io.joulestream.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Notes on which UTC days one writer stores minutes, before it stores them: what was written lately is not removed, however
 * old it is. A day is noted again only after an hour, so a batch costs nothing. Whoever removes minutes of a day holds its note
 * meanwhile, so a writer that comes back to a day waits for that, and what it then stores stays. For one thread.
 */
final class WrittenDays {
    /** What is written may be this much younger than its note. */
    static final long NOTED_AGAIN_AFTER_MILLIS = TimeUnit.HOURS.toMillis(1);

    private static final long DAY_SECONDS = TimeUnit.DAYS.toSeconds(1);

    /** By day, in the one order in which every writer locks notes. */
    private static final String NOTE = """
            insert into minute_day as d (minute_table, day, written_at)
            select n.minute_table, date '1970-01-01' + n.epoch_day, clock_timestamp()
            from unnest(?::text[], ?::int4[]) as n (minute_table, epoch_day) order by 1, 2
            on conflict (minute_table, day) do update set written_at = excluded.written_at
                where d.written_at < excluded.written_at
            """;

    private record Day(String table, int epochDay) {}

    private final Clock clock;
    private final Map<Day, Long> notedAtMillis = new HashMap<>();
    private final Set<Day> wanted = new HashSet<>();
    private final Map<String, Day> latest = new HashMap<>();

    /** @param clock one that goes on while the machine sleeps */
    WrittenDays(Clock clock) {
        this.clock = clock;
    }

    /** A row of this minute waits to be stored. */
    void want(String table, Instant minute) {
        int epochDay = Math.toIntExact(Math.floorDiv(minute.getEpochSecond(), DAY_SECONDS));
        Day known = latest.get(table);
        if (known == null || known.epochDay() != epochDay) {
            known = new Day(table, epochDay);
            latest.put(table, known);
            wanted.add(known);
        }
    }

    /** On a connection in auto-commit. */
    void note(Connection connection) throws SQLException {
        long now = clock.millis();
        List<Day> days = wanted.stream().filter(day -> isOld(day, now)).toList();
        if (days.isEmpty()) {
            return;
        }
        try (PreparedStatement note = connection.prepareStatement(NOTE)) {
            note.setArray(
                    1,
                    connection.createArrayOf(
                            "text", days.stream().map(Day::table).toArray()));
            note.setArray(
                    2,
                    connection.createArrayOf(
                            "int4", days.stream().map(Day::epochDay).toArray()));
            note.executeUpdate();
        }
        days.forEach(day -> notedAtMillis.put(day, now));
    }

    private boolean isOld(Day day, long now) {
        Long noted = notedAtMillis.get(day);
        return noted == null || Math.abs(now - noted) >= NOTED_AGAIN_AFTER_MILLIS;
    }

    void wantNone() {
        wanted.clear();
        latest.clear();
    }
}
