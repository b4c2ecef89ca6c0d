-- The ledger: names, inventory, and the rows the job writes.
--
-- Energy is whole microjoules, power whole milliwatts, time is UTC, intervals are half-open. Keys of hot tables begin
-- with the time, because all writers write near "now" and sorted rows then touch few pages. Wide columns come first, so
-- that no row is padded. Hot tables have no foreign keys: a writer resolves its names to ids before it writes.
-- Names compare byte by byte (collate "C"), so that order and paging are the same on every server.

create table schema_info (
    only_row        boolean     primary key default true check (only_row),
    product_version text        not null,
    edition         text        not null check (edition in ('PLAIN', 'APACHE', 'TIMESCALE')),
    migrated_at     timestamptz not null
);

-- Names ---------------------------------------------------------------------------------------------------------------

create table site (
    site_id int4 generated always as identity primary key,
    tenant  text collate "C" not null,
    site    text collate "C" not null,
    unique (tenant, site)
);

create table channel (
    channel_id int4 generated always as identity primary key,
    site_id    int4             not null references site,
    entity     text collate "C" not null,
    metric     int4             not null,
    unique (site_id, entity, metric)
);

create table run (
    run_key int4 generated always as identity primary key,
    tenant  text collate "C" not null,
    run     text collate "C" not null,
    unique (tenant, run)
);

-- Inventory -----------------------------------------------------------------------------------------------------------

create table site_version (
    site_id        int4        not null references site,
    version        int4        not null check (version >= 1),
    effective_from timestamptz not null,
    yaml           text        not null,
    sha256         bytea       not null check (octet_length(sha256) = 32),
    published_at   timestamptz not null,
    primary key (site_id, version)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger site_version_is_immutable before update or delete on site_version
    for each row execute function refuse_change();

-- Minutes and hours of channels and sites -----------------------------------------------------------------------------

create table channel_minute (
    minute              timestamptz not null,
    energy_measured_uj  int8        not null,
    energy_bridged_uj   int8        not null,
    energy_estimated_uj int8        not null,
    power_max_mw        int8        not null,
    power_min_mw        int8        not null,
    ramp_max_mw_per_s   int8        not null,
    revision            int8        not null,
    channel_id          int4        not null,
    covered_ms          int4        not null,
    accounted_ms        int4        not null,
    samples             int4        not null,
    flags               int4        not null,
    generation          int4        not null,
    primary key (minute, channel_id)
);

-- One day of some twenty thousand channels stays in memory; set a shorter chunk before larger fleets start to write.
do $$
begin
    if exists (select from pg_extension where extname = 'timescaledb') then
        execute 'select create_hypertable(''channel_minute'', by_range(''minute'', interval ''1 day''),
                                          create_default_indexes => false)';
    end if;
end $$;

create table site_minute (
    minute              timestamptz      not null,
    energy_measured_uj  int8             not null,
    energy_bridged_uj   int8             not null,
    energy_estimated_uj int8             not null,
    covered_w_ms        int8             not null,
    accounted_w_ms      int8             not null,
    revision            int8             not null,
    site_id             int4             not null,
    flags               int4             not null,
    generation          int4             not null,
    role                text collate "C" not null,
    primary key (minute, site_id, role)
);
create index site_minute_of_site on site_minute (site_id, minute);

-- "Hour" is a step of the site's ledger: 3,600 s, or 1,800 or 900 where the zone's offsets ask for it.
create table site_hour (
    start               timestamptz      not null,
    energy_measured_uj  int8             not null,
    energy_bridged_uj   int8             not null,
    energy_estimated_uj int8             not null,
    covered_w_ms        int8             not null,
    accounted_w_ms      int8             not null,
    revision            int8             not null,
    site_id             int4             not null,
    length_s            int4             not null,
    flags               int4             not null,
    generation          int4             not null,
    role                text collate "C" not null,
    primary key (start, site_id, role)
);
create index site_hour_of_site on site_hour (site_id, start);

-- Runs ----------------------------------------------------------------------------------------------------------------

create table run_minute (
    minute              timestamptz not null,
    energy_measured_uj  int8        not null,
    energy_bridged_uj   int8        not null,
    energy_estimated_uj int8        not null,
    covered_ms          int8        not null,
    accounted_ms        int8        not null,
    tokens              int8        not null,
    revision            int8        not null,
    run_key             int4        not null,
    site_id             int4        not null,
    flags               int4        not null,
    generation          int4        not null,
    primary key (minute, run_key, site_id)
);
create index run_minute_of_run on run_minute (run_key, minute);

create table run_hour (
    start               timestamptz not null,
    energy_measured_uj  int8        not null,
    energy_bridged_uj   int8        not null,
    energy_estimated_uj int8        not null,
    covered_ms          int8        not null,
    accounted_ms        int8        not null,
    tokens              int8        not null,
    revision            int8        not null,
    run_key             int4        not null,
    site_id             int4        not null,
    length_s            int4        not null,
    flags               int4        not null,
    generation          int4        not null,
    primary key (start, run_key, site_id)
);
create index run_hour_of_run on run_hour (run_key, start);

-- What one meter saw of one run. Rows with is_check repeat another meter's load and are never summed with it.
create table run_meter_hour (
    start               timestamptz not null,
    energy_measured_uj  int8        not null,
    energy_bridged_uj   int8        not null,
    energy_estimated_uj int8        not null,
    covered_ms          int8        not null,
    accounted_ms        int8        not null,
    revision            int8        not null,
    run_key             int4        not null,
    channel_id          int4        not null,
    length_s            int4        not null,
    generation          int4        not null,
    is_check            boolean     not null,
    primary key (start, run_key, channel_id)
);
create index run_meter_hour_of_run on run_meter_hour (run_key, start);

create table run_extent (
    started_at timestamptz not null,
    ended_at   timestamptz not null,
    revision   int8        not null,
    run_key    int4        not null,
    site_id    int4        not null,
    generation int4        not null,
    primary key (run_key, site_id)
);

create table training_step (
    step       int8        not null,
    started_at timestamptz not null,
    ended_at   timestamptz not null,
    tokens     int8        not null,
    samples    int8        not null,
    revision   int8        not null,
    run_key    int4        not null,
    attempt    int4        not null,
    site_id    int4        not null,
    generation int4        not null,
    primary key (run_key, site_id, attempt, step)
);

-- What was refused ----------------------------------------------------------------------------------------------------

-- The key is the SHA-256 of the identity, because parts of an identity come from bytes nobody has validated and may be
-- longer than an index entry can be. For the same reason texts and payload are stored up to a limit.
create table dead_letter (
    identity_sha256  bytea            primary key check (octet_length(identity_sha256) = 32),
    seen_at          timestamptz      not null,
    topic_offset     int8             not null,
    topic_partition  int4             not null,
    metric           int4             not null,
    slot             int4             not null,
    payload_length_b int4             not null,
    topic            text collate "C" not null,
    tenant           text collate "C" not null,
    site             text collate "C" not null,
    entity           text collate "C" not null,
    code             text collate "C" not null,
    detail           text             not null,
    payload          bytea            not null check (octet_length(payload) <= 65536)
);
create index dead_letter_of_tenant on dead_letter (tenant, seen_at);
