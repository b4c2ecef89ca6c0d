-- Whoever looks at alerts need not read as js_migrate, and what is no longer wanted can go (ADR 0051).

-- The names of all tenants and nothing else of them, for whoever has something to do for each. It runs as the owner of the
-- tables, whom the policies let see all rows; a role that is for one tenant learns no more than names by it.
create function tenant_list() returns setof text
    language sql stable security definer set search_path = public, pg_temp
    as $$ select t.tenant from public.tenant as t order by t.tenant $$;
revoke execute on function tenant_list() from public;
grant execute on function tenant_list() to js_admin;

-- Alerts keep their rule, and a tenant that removed one it began with is not given it again.
alter table alert_rule add column removed_at timestamptz;
grant update (removed_at) on alert_rule to js_admin;

-- For a while after a rotation messages are signed with the secret before, too.
alter table webhook
    add column previous_secret bytea check (octet_length(previous_secret) >= 24),
    add column previous_until  timestamptz,
    add check ((previous_secret is null) = (previous_until is null));
grant update (url, secret, previous_secret, previous_until), delete on webhook to js_admin;

-- What was delivered or given up is removed after a time; what waits is not.
grant delete on webhook_delivery to js_admin;
create index webhook_delivery_over on webhook_delivery (tenant, last_at) where state <> 'WAITING';
-- A webhook's messages are listed newest first, whatever became of them.
create index webhook_delivery_newest on webhook_delivery (tenant, webhook, delivery_id desc);
