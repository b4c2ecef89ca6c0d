-- Alerts: what is watched, what was found, and whom to tell (ADR 0044).

-- A rule for every site has no site. Who changed it stands in the audit; none is removed, so that alerts keep their rule.
create table alert_rule (
    tenant       text collate "C" not null references tenant,
    rule         text collate "C" not null,
    kind         text             not null,
    site         text collate "C",
    runs         text collate "C",
    -- in the kind's own unit; all null where each site's inventory says it
    low          numeric,
    high         numeric,
    clearance    numeric          check (clearance >= 0),
    hold_seconds int4             not null check (hold_seconds >= 0),
    severity     text             not null,
    enabled      bool             not null,
    primary key (tenant, rule)
);

create table alert (
    alert_id     uuid primary key,
    tenant       text collate "C" not null,
    rule         text collate "C" not null,
    kind         text             not null,
    severity     text             not null,
    state        text             not null check (state in ('PENDING', 'OPEN', 'UNKNOWN', 'CLOSED')),
    site         text collate "C" not null,
    subject      text collate "C" not null,
    since        timestamptz      not null,
    opened_at    timestamptz,
    clear_since  timestamptz,
    closed_at    timestamptz,
    closed       text,
    -- what was seen last: either a value or why there is none, and where it should lie
    what         text             not null,
    value        numeric,
    missing      text,
    low          numeric,
    high         numeric,
    clearance    numeric          not null,
    seen_from    timestamptz      not null,
    seen_to      timestamptz      not null,
    seen_at      timestamptz      not null,
    explained_by text             not null,
    foreign key (tenant, rule) references alert_rule (tenant, rule),
    check ((value is null) <> (missing is null)),
    check ((state = 'PENDING') = (opened_at is null) and (state = 'CLOSED') = (closed_at is not null))
);
create unique index alert_one_open on alert (tenant, rule, site, subject) where state <> 'CLOSED';
create index alert_newest on alert (tenant, opened_at desc, alert_id desc) where opened_at is not null;

-- Where alerts are sent. The secret signs, so the service must be able to read it: nobody who only asks may.
create table webhook (
    tenant     text collate "C" not null references tenant,
    webhook    text collate "C" not null,
    url        text             not null,
    secret     bytea            not null check (octet_length(secret) >= 24),
    created_at timestamptz      not null,
    enabled    bool             not null,
    primary key (tenant, webhook)
);

-- What is still to be sent, and what was: one row for each event of an alert and webhook, written with the alert itself.
create table webhook_delivery (
    delivery_id  int8 generated always as identity primary key,
    tenant       text collate "C" not null,
    webhook      text collate "C" not null,
    alert_id     uuid             not null references alert,
    event_id     text collate "C" not null,
    body         text             not null,
    state        text             not null check (state in ('WAITING', 'DELIVERED', 'DEAD')),
    created_at   timestamptz      not null,
    attempts     int4             not null default 0,
    next_at      timestamptz      not null,
    last_at      timestamptz,
    -- an HTTP status, or why there was none
    last_result  text,
    unique (tenant, webhook, event_id),
    foreign key (tenant, webhook) references webhook (tenant, webhook)
);
create index webhook_delivery_waiting on webhook_delivery (tenant, next_at) where state = 'WAITING';
-- The last that was delivered to a webhook, and what was given up since, are asked every few seconds.
create index webhook_delivery_outcome on webhook_delivery (tenant, webhook, state, delivery_id);

grant select on alert_rule, alert to js_api;
grant select, insert on alert_rule, webhook, webhook_delivery to js_admin;
grant update (kind, site, runs, low, high, clearance, hold_seconds, severity, enabled) on alert_rule to js_admin;
grant select, insert, update, delete on alert to js_admin;
grant update (enabled) on webhook to js_admin;
grant update (state, attempts, next_at, last_at, last_result) on webhook_delivery to js_admin;

do $$
declare
    name text;
begin
    foreach name in array array ['alert_rule', 'alert', 'webhook', 'webhook_delivery'] loop
        execute format('create policy of_tenant on %I to js_api, js_seal, js_admin
                        using (tenant = (select asking_tenant()))', name);
        execute format('create policy of_all on %I to js_migrate using (true)', name);
        execute format('alter table %I enable row level security, force row level security', name);
    end loop;
end $$;
