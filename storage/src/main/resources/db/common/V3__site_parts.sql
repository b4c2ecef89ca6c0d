-- What a site's balance is made of: energy by part, that is by what draws it and what feeds that. A part is written
-- load/kind/fedBy, such as COOLING_ELEC/CHILLER/GRID_IMPORT, GROUP//PDU_OUT, GPU// or UNALLOCATED//; the last two are within
-- the groups' energy and there once more. Parts of one step are in this table only as steps of the site's ledger.
create table site_part_hour (
    start               timestamptz      not null,
    energy_measured_uj  int8             not null,
    energy_bridged_uj   int8             not null,
    energy_estimated_uj int8             not null,
    covered_w_ms        int8             not null,
    accounted_w_ms      int8             not null,
    revision            int8             not null,
    site_id             int4             not null,
    length_s            int4             not null,
    generation          int4             not null,
    part                text collate "C" not null,
    primary key (start, site_id, part)
);
create index site_part_hour_of_site on site_part_hour (site_id, start);
