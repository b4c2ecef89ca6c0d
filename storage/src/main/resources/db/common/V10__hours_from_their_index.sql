-- A month of a site's hours is what reports, windows and runs read most. The rows of one site lie among those of all others:
-- an index that holds them whole, in the order in which they are asked for, spares the visit to their pages (ADR 0041).
-- First the new index, for which only writers wait; readers go on.
create index site_hour_whole on site_hour (site_id, start, role)
    include (energy_measured_uj, energy_bridged_uj, energy_estimated_uj, covered_w_ms, accounted_w_ms, revision,
             length_s, flags, generation);
drop index site_hour_of_site;
alter index site_hour_whole rename to site_hour_of_site;

-- The visit is spared on pages that were vacuumed. By its defaults autovacuum would wait for a fifth of all hours.
alter table site_hour set (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_insert_scale_factor = 0.005);
