-- Operators and auditors see over the API what was refused and why. The bytes themselves stay with commands: of what could
-- not be read nobody knows what it holds.
grant select (identity_sha256, topic, topic_partition, topic_offset, entity, metric, slot, detail, payload_length_b)
    on dead_letter to js_api;
