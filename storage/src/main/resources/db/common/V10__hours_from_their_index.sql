-- A month of a site's hours is what reports, windows and runs read most. The rows of one site lie among those of all others:
-- an index that holds them whole, in the order in which they are asked for, answers in half the time (5,952 rows, 12 sites).
drop index site_hour_of_site;
create index site_hour_of_site on site_hour (site_id, start, role)
    include (energy_measured_uj, energy_bridged_uj, energy_estimated_uj, covered_w_ms, accounted_w_ms, revision,
             length_s, flags, generation);
