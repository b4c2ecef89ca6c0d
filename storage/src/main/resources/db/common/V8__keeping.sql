-- How long minutes are kept. What removes them cannot see when a row was written, so writers tell by UTC day.

-- Noted by a writer before it stores rows of the day, and again after an hour of writing. A day without a note was written
-- nobody knows when.
create table minute_day (
    written_at   timestamptz      not null,
    day          date             not null,
    minute_table text collate "C" not null check (minute_table in ('channel_minute', 'site_minute', 'run_minute')),
    primary key (minute_table, day)
);

-- Minutes before kept_from may have been removed; it never goes back.
create table minute_keeping (
    kept_from    timestamptz      not null,
    looked_at    timestamptz      not null,
    minute_table text collate "C" primary key check (minute_table in ('channel_minute', 'site_minute', 'run_minute'))
);

-- The UTC hours in which a channel had readings, of minutes that were removed: an import must not tell them again.
create table told_hours (
    channel_id int4           primary key,
    hours      tstzmultirange not null
);
