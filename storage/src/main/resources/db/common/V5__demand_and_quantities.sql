-- Quarter hours of power demand, and volumes of water and fuel. As in V1: whole units, UTC, half-open intervals; the time
-- leads the key; no foreign keys where the job writes.

-- Grid import of a feed (subject is its entity), or a run at a site. Quarters of a UTC hour are quarters of every local hour.
create table demand_interval (
    start               timestamptz      not null,
    energy_measured_uj  int8             not null,
    energy_bridged_uj   int8             not null,
    energy_estimated_uj int8             not null,
    covered_ms          int8             not null,
    accounted_ms        int8             not null,
    revision            int8             not null,
    site_id             int4             not null,
    length_s            int4             not null,
    flags               int4             not null,
    generation          int4             not null,
    is_run              boolean          not null,
    subject             text collate "C" not null,
    primary key (start, site_id, is_run, subject)
);
create index demand_interval_of_site on demand_interval (site_id, is_run, start);

-- "Hour" is a step of the site's ledger, as in site_hour. Rows with is_check are counted by another meter already.
create table quantity_hour (
    start               timestamptz      not null,
    volume_measured_ml  int8             not null,
    volume_bridged_ml   int8             not null,
    volume_estimated_ml int8             not null,
    covered_ms          int8             not null,
    accounted_ms        int8             not null,
    revision            int8             not null,
    channel_id          int4             not null,
    length_s            int4             not null,
    flags               int4             not null,
    generation          int4             not null,
    is_check            boolean          not null,
    kind                text collate "C" not null,
    primary key (start, channel_id, kind, is_check)
);
create index quantity_hour_of_channel on quantity_hour (channel_id, start);
