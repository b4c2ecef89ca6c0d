-- What a browser holds in place of a key, and what was asked for once already (ADR 0047).

-- Of a session, as of a key, only the digest. It may do what the key may with which it was opened, and ends with that.
create table web_session (
    sha256     bytea            primary key check (octet_length(sha256) = 32),
    tenant     text collate "C" not null references tenant,
    prefix     text collate "C" not null references api_key,
    created_at timestamptz      not null,
    expires_at timestamptz      not null
);
create index on web_session (tenant, expires_at);

-- A request that came with an Idempotency-Key and was done; whoever sends it again is answered, and nothing is done.
create table done_request (
    tenant     text collate "C" not null,
    member_id  int4             not null,
    key        text collate "C" not null,
    -- of the request as it was sent
    sha256     bytea            not null check (octet_length(sha256) = 32),
    -- what it made: a member's name, a key's prefix
    subject    text             not null,
    created_at timestamptz      not null,
    primary key (tenant, member_id, key),
    foreign key (tenant, member_id) references member (tenant, member_id)
);
create index on done_request (tenant, created_at);

grant select on web_session, done_request to js_api;
grant select, insert, delete on web_session, done_request to js_admin;

do $$
declare
    name text;
begin
    foreach name in array array ['web_session', 'done_request'] loop
        execute format('create policy of_tenant on %I to js_api, js_admin
                        using (tenant = (select asking_tenant()))', name);
        execute format('create policy of_all on %I to js_migrate using (true)', name);
        execute format('alter table %I enable row level security, force row level security', name);
    end loop;
end $$;
