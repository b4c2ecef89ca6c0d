-- Who may read and write what of how long minutes are kept. The login that removes them owns the tables, and acts as itself.

-- Days and tables, no tenant's.
grant select, insert, update on minute_day to js_job;
grant select on minute_keeping to js_api;

-- The longest that any site of any tenant grants, and whether there are other sites at all.
grant select on site, site_version to js_migrate;

grant select on told_hours to js_admin;
create policy of_tenant on told_hours to js_api, js_seal, js_admin
    using (exists (select from channel as c where c.channel_id = told_hours.channel_id));
create policy of_all on told_hours to js_migrate, js_job using (true);
alter table told_hours enable row level security, force row level security;
