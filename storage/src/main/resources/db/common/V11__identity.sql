-- Who may do what: tenants, their members, keys, and what was done by whom (ADR 0042).

create table tenant (
    tenant       text collate "C" primary key,
    created_at   timestamptz not null,
    -- set once, by whoever makes the first key and shows it
    first_key_at timestamptz
);
insert into tenant (tenant, created_at)
select tenant, clock_timestamp() from (select tenant from site union select tenant from run) as known where tenant <> '';

-- A person or a program. One that leaves is disabled, never removed: what it did stays its own.
create table member (
    member_id   int4 generated always as identity primary key,
    tenant      text collate "C" not null references tenant,
    name        text collate "C" not null,
    kind        text             not null check (kind in ('PERSON', 'SERVICE')),
    role        text             not null,
    created_at  timestamptz      not null,
    disabled_at timestamptz,
    unique (tenant, name),
    unique (tenant, member_id)
);

-- Of a key only the digest: whoever reads the table can use none.
create table api_key (
    prefix       text collate "C" primary key,
    tenant       text collate "C" not null,
    member_id    int4             not null,
    sha256       bytea            not null check (octet_length(sha256) = 32),
    -- permissions it is kept to; null: all of its member's role
    permissions  text[]           check (cardinality(permissions) > 0),
    created_at   timestamptz      not null,
    expires_at   timestamptz      not null,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    -- the one it was made to take the place of
    replaces     text collate "C" references api_key,
    foreign key (tenant, member_id) references member (tenant, member_id)
);

-- Each entry holds the digest of the one before: none can be changed or left out without all that follow.
create table audit (
    tenant   text collate "C" not null references tenant,
    seq      int8             not null,
    -- a JSON object: when, who, what, of what
    body     text             not null,
    previous bytea            not null,
    sha256   bytea            not null,
    primary key (tenant, seq)
);

-- The server numbers and chains: a writer may give neither number nor digest. One writer of a tenant at a time. Where a dump
-- is restored they are given, and stay as they were.
create function chain_audit() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if new.sha256 is not null then
        return new;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('audit ' || new.tenant, 0));
    select a.seq, a.sha256 into new.seq, new.previous
        from audit as a where a.tenant = new.tenant order by a.seq desc limit 1;
    new.seq := coalesce(new.seq, 0) + 1;
    new.previous := coalesce(new.previous, '\x'::bytea);
    new.sha256 := sha256(new.previous || int8send(new.seq) || convert_to(new.tenant || E'\n' || new.body, 'UTF8'));
    return new;
end $$;
create trigger chained before insert on audit for each row execute function chain_audit();
create trigger append_only before update or delete on audit for each row execute function refuse_change();
create trigger append_only_whole before truncate on audit for each statement execute function refuse_change();

grant select on tenant, member, api_key to js_api;
grant select on tenant, member to js_seal;
grant select on audit to js_api;
grant select on tenant to js_migrate;
grant select, insert on tenant, member, api_key to js_admin;
grant update (first_key_at) on tenant to js_admin;
grant update (disabled_at) on member to js_admin;
grant update (last_used_at, revoked_at, expires_at) on api_key to js_admin;
grant insert (tenant, body) on audit to js_admin;

do $$
declare
    name text;
begin
    foreach name in array array ['tenant', 'member', 'api_key', 'audit'] loop
        execute format('create policy of_tenant on %I to js_api, js_seal, js_admin
                        using (tenant = (select asking_tenant()))', name);
        execute format('create policy of_all on %I to js_migrate using (true)', name);
        execute format('alter table %I enable row level security, force row level security', name);
    end loop;
end $$;
