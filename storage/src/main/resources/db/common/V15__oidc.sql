-- Members whom an OpenID provider knows (ADR 0048).

-- Who a member is to an issuer. It is of one member, whatever the tenant.
create table member_subject (
    issuer     text collate "C" not null,
    subject    text collate "C" not null,
    tenant     text collate "C" not null references tenant,
    member_id  int4             not null,
    created_at timestamptz      not null,
    primary key (issuer, subject),
    unique (tenant, member_id),
    foreign key (tenant, member_id) references member (tenant, member_id)
);

-- A session is opened by a key, or by who one is to an issuer, and ends with it.
alter table web_session
    alter column prefix drop not null,
    add column issuer  text collate "C",
    add column subject text collate "C",
    add foreign key (issuer, subject) references member_subject on delete cascade,
    add check ((prefix is null) <> (subject is null) and (issuer is null) = (subject is null));

-- Whose member that is, asked before any tenant is known. Whoever asks knows issuer and subject and learns nothing of others.
create function tenant_of_subject(of_issuer text, of_subject text) returns text
    language sql stable security definer set search_path = public, pg_temp
    return (select s.tenant from member_subject as s where s.issuer = of_issuer and s.subject = of_subject);
revoke execute on function tenant_of_subject from public;
grant execute on function tenant_of_subject to js_api;

grant select on member_subject to js_api;
grant select, insert, delete on member_subject to js_admin;

create policy of_tenant on member_subject to js_api, js_admin using (tenant = (select asking_tenant()));
create policy of_all on member_subject to js_migrate using (true);
alter table member_subject enable row level security, force row level security;
