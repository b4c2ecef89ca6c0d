-- What training logs tell beyond tokens and samples: what of them is not padding, what the log claims to have used, what
-- the run did when, and which steps are in a kept checkpoint.

-- Null where the log does not say.
alter table training_step
    add column after_step       int8,
    add column effective_tokens int8,
    add column reported_uj      int8;

create table run_phase (
    ended_at   timestamptz      not null,
    started_at timestamptz      not null,
    revision   int8             not null,
    run_key    int4             not null,
    attempt    int4             not null,
    site_id    int4             not null,
    generation int4             not null,
    phase      text collate "C" not null
        check (phase in ('START_UP', 'TRAIN', 'EVAL', 'CHECKPOINT', 'IDLE', 'RESTORE')),
    primary key (run_key, site_id, attempt, ended_at)
);

create table run_checkpoint (
    step       int8        not null,
    kept_at    timestamptz not null,
    revision   int8        not null,
    run_key    int4        not null,
    attempt    int4        not null,
    site_id    int4        not null,
    generation int4        not null,
    primary key (run_key, site_id, attempt, step)
);
