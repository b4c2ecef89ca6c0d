-- Operators and auditors see over the API what was refused of their tenant, and why. The bytes themselves stay with commands: of
-- what could not be read nobody knows what it holds. What belongs to nobody may be counted, as before, and no more: why it was
-- refused may name another tenant, so the rows' policy is not enough, and what is told of them comes through a view of its own.
-- It begins with "with" so that nothing can be written through it.
create view own_dead_letter with (security_barrier) as
    with asking as (select asking_tenant() as tenant)
    select identity_sha256, seen_at, topic, topic_partition, topic_offset, tenant, site, entity, metric, slot, code, detail,
           payload_length_b
    from dead_letter
    where tenant = (select asking.tenant from asking);
grant select on own_dead_letter to js_api;
