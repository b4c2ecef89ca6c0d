-- Ledgers of sites computed anew.
--
-- A generation holds from its floor up to the floor of the next; generation 0, which has no row, from the beginning. The
-- inventory topic is where generations are published; these rows are what the database has to know of them to accept a
-- ledger row, or not. A row is made before the publication, and is in force after it. Once the job has read all that the
-- generation was filled with, what is left of those before it is removed, and is not looked for again.

create table generation (
    site_id        int4        not null references site,
    generation     int4        not null check (generation >= 1),
    topic          text        collate "C" not null,
    topic_id       text        collate "C" not null,
    floor          timestamptz not null,
    reason         text        not null,
    made_at        timestamptz not null,
    previous_until timestamptz not null,
    in_force       boolean     not null,
    stale_removed  boolean     not null default false,
    primary key (site_id, generation)
);

-- A version about the past is known to the generation that was made to apply it, and to those after.
alter table site_version add column since_generation int4 not null default 0 check (since_generation >= 0);

-- Who imported which readings of an owner, so that history is not told twice in two ways. Times are of the file's readings,
-- both inclusive; a file is known by its producer, which follows from its bytes and how it is read.
create table history_import (
    site_id     int4        not null references site,
    owner       text        collate "C" not null,
    producer    text        collate "C" not null,
    first_at    timestamptz not null,
    last_at     timestamptz not null,
    imported_at timestamptz not null,
    primary key (site_id, owner, producer)
);
