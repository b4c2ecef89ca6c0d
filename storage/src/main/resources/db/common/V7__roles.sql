-- Who may read and write what: the roles, their privileges, and which rows a tenant's question sees.
--
-- Roles are the server's, not the database's: several databases may make them at once, and a login that may not make them
-- uses those that an administrator made. The tables stay the property of the login that migrates. It must be a member of
-- js_migrate, for policies bind an owner too, and a migration has to see every row.

do $$
declare
    wanted    constant text[] := array ['js_migrate', 'js_job', 'js_seal', 'js_api', 'js_admin'];
    login     constant text   := current_user;
    is_super  constant boolean := (select rolsuper from pg_roles where rolname = current_user);
    name      text;
    missing   text[] := '{}';
    too_free  text;
begin
    foreach name in array wanted loop
        if not exists (select from pg_roles where rolname = name) then
            begin
                execute format('create role %I', name);
            exception
                -- another database was faster
                when duplicate_object or unique_violation then null;
                when insufficient_privilege then missing := missing || name;
            end;
        end if;
    end loop;
    if missing <> '{}' then
        raise insufficient_privilege using message = format(
            '%s may not make the roles that are missing; an administrator of the server runs: create role %s; grant %s to %s;',
            login, array_to_string(missing, '; create role '), array_to_string(wanted, ', '), quote_ident(login));
    end if;

    select string_agg(rolname, ', ') into too_free
        from pg_roles where rolname = any (wanted) and (rolsuper or rolbypassrls);
    if too_free is not null then
        raise insufficient_privilege using message = format(
            'no row is kept from a superuser or BYPASSRLS role, and %s must not be one', too_free);
    end if;

    -- whoever made the roles may give them to itself, and acts as each of them
    if not is_super then
        foreach name in array wanted loop
            if not pg_has_role(login, name, 'usage') then
                begin
                    execute format('grant %I to %I', name, login);
                exception
                    when insufficient_privilege then null;
                end;
            end if;
        end loop;
        if not pg_has_role(login, 'js_migrate', 'usage') then
            raise insufficient_privilege using message = format(
                '%s is no member of js_migrate; an administrator of the server runs: grant %s to %s;',
                login, array_to_string(wanted, ', '), quote_ident(login));
        end if;
    end if;
end $$;

-- Privileges ----------------------------------------------------------------------------------------------------------

revoke create on schema public from public;
grant usage on schema public to js_migrate, js_job, js_seal, js_api, js_admin;

-- Whether the schema is the product's own. No tenant's.
grant select on schema_info, flyway_schema_history to js_migrate, js_job, js_seal, js_api, js_admin;

-- The job makes names and rows, replaces rows, and takes away what a rebuild found to be otherwise.
do $$
begin
    execute format('grant temporary on database %I to js_job', current_database());
end $$;
grant select, insert on site, channel, run to js_job;
grant select on generation to js_job;
grant update (stale_removed) on generation to js_job;
grant select, insert, update, delete on
    channel_minute, site_minute, site_hour, site_part_hour, run_minute, run_hour, run_meter_hour, run_extent, training_step,
    run_phase, run_checkpoint, demand_interval, quantity_hour
    to js_job;
grant select, insert on dead_letter to js_job;

-- The API reads, and of what was refused only how much. Sealing reads the same ledger.
grant select on
    site, channel, run, site_version, generation, site_minute, site_hour, site_part_hour, run_minute, run_hour,
    run_meter_hour, run_extent, training_step, run_phase, run_checkpoint, demand_interval, quantity_hour
    to js_api, js_seal;
grant select (tenant, site, code, seen_at) on dead_letter to js_api, js_seal;

-- Commands publish inventories and generations, note imports, and show what was refused. To lock a site's row takes the
-- right to update a column of it: this one can only be given another id, and not while anything refers to it.
grant select, insert on site, site_version, history_import to js_admin;
grant update (site_id) on site to js_admin;
grant select, insert, update on generation to js_admin;
grant select on channel, dead_letter to js_admin;

-- Rows ----------------------------------------------------------------------------------------------------------------

-- Whose question the transaction asks, set by "set local joulestream.tenant". Null where it is not, or no longer, set.
create function asking_tenant() returns text language sql stable parallel safe
    return nullif(current_setting('joulestream.tenant', true), '');

-- A policy's own question is asked once per query, whatever the number of rows: what it compares with is a subquery that
-- does not look at the row. Questions about site and run are under their own policies.
create policy of_tenant on site to js_api, js_seal, js_admin using (tenant = (select asking_tenant()));
create policy of_tenant on run  to js_api, js_seal, js_admin using (tenant = (select asking_tenant()));

-- What nobody could be found for has an empty tenant. A tenant may count it, and commands may look into it.
create policy of_tenant on dead_letter to js_api, js_seal, js_admin
    using (tenant = (select asking_tenant()) or tenant = '' and (select asking_tenant()) is not null);

do $$
declare
    name text;
begin
    foreach name in array array [
        'channel', 'site_version', 'generation', 'history_import', 'site_minute', 'site_hour', 'site_part_hour', 'run_minute',
        'run_hour', 'run_extent', 'training_step', 'run_phase', 'run_checkpoint', 'demand_interval'] loop
        execute format('create policy of_tenant on %I to js_api, js_seal, js_admin
                        using (site_id in (select s.site_id from site as s))', name);
    end loop;
    create policy of_tenant on run_meter_hour to js_api, js_seal, js_admin
        using (run_key in (select r.run_key from run as r));
    -- the server chooses between looking up a few channels and reading all of them once
    create policy of_tenant on quantity_hour to js_api, js_seal, js_admin
        using (exists (select from channel as c where c.channel_id = quantity_hour.channel_id));

    for name in select relname from pg_class join pg_policy on polrelid = pg_class.oid loop
        execute format('create policy of_all on %I to js_migrate, js_job using (true)', name);
        execute format('alter table %I enable row level security, force row level security', name);
    end loop;
end $$;

-- Hypertables have no policies, for those and columnstore exclude each other. Of them tenants see this, with the rights of its
-- owner; what a question asks reaches the table only where it could not tell of other rows.
create view channel_minute_of_tenant with (security_barrier) as
    select c.site_id, c.entity, c.metric, m.*
    from channel_minute as m
    join channel as c on c.channel_id = m.channel_id
    join site as s on s.site_id = c.site_id
    where s.tenant = (select asking_tenant());
grant select on channel_minute_of_tenant to js_api, js_seal, js_admin;
