// One training run: what a token cost, what its energy went into, and how often it began again.

import { Board, bar, h } from './dom.js';
import { missing, quality, sub, value } from './figures.js';
import { count, decimals, energy, percent, significant, span, time } from './format.js';

const HASH = '#run=';

/** All rows of a run are read for its figures. */
const EVERY_MS = 30_000;

const USES = [
  ['RETAINED_STEPS', 'Retained steps', 'steps that no restart discarded'],
  ['LOST_WORK', 'Lost work', null],
  ['EVALUATION', 'Evaluation', null],
  ['CHECKPOINTS', 'Checkpoints', null],
  ['START_UP', 'Start-up', 'of the first attempt'],
  ['IDLE', 'Idle while reserved', null],
  ['OTHER', 'Other', 'no line of its log accounts for it'],
];

const FLAGS = {
  ACCURACY_UNKNOWN: 'no interval: a meter’s accuracy class is unknown',
  ALLOC_LATE: 'who held its nodes was told late: settled minutes moved whole',
  ALLOC_UNKNOWN: 'for part of the time nobody said who held the nodes',
  BRIDGED: 'part of it measured across gaps',
  ESTIMATED_SHARE_HIGH: 'more than 5 % estimated',
  PERIOD_OPEN: 'the run goes on',
  PHASES_NOT_TOLD: 'its log tells no phases',
  REST_UNMETERED: 'GPUs alone: nothing measures the rest of their nodes',
  RESTART_INSIDE_INTERVAL: 'a restart cut a line of its log, which counts as lost',
  SHARED_BY_TIME: 'a shared meter divided by time',
  SHARED_IT_EXCLUDED: 'network and storage excluded',
};

const columns = [
  { label: 'Figure', draw: (row) => [h('span', { class: 'name' }, row.name)] },
  { label: 'Value', numeric: true, size: 'm', draw: (row) => row.value },
  { label: 'Share of energy', numeric: true, size: 'm', draw: (row) => share(row.share) },
  { label: 'Of what', size: 'l', draw: (row) => [sub(...row.says)] },
];

function share(part) {
  if (part === null) return [h('span', { class: 'sub' }, '–')];
  return [h('span', {}, part < 0 ? `−${percent(-part)}` : percent(part)), bar(Math.min(1, Math.max(0, part)), 0)];
}

const told = (figure) => figure.flags.map((flag) => FLAGS[flag] ?? flag);

function tokens(number, word) {
  if (number === null) return null;
  const [text, unit] = count(number);
  return `${text}${unit ? ` ${unit}` : ''} ${word} tokens`;
}

function perToken(key, name, figure, ...says) {
  const known = figure.value !== null;
  return {
    key,
    name,
    value: known ? [value(significant(Number(figure.value)), 'J', key === 'it-retained')] : missing(figure.reason),
    share: null,
    says: [...says, known ? quality(figure) : null, ...told(figure)],
  };
}

function use(run, name, label, says) {
  const line = run.training.uses.find((one) => one.use === name);
  const known = line.energy_mj !== null;
  const [text, unit] = known ? energy(Number(line.energy_kwh.value)) : [];
  return {
    key: name,
    name: label,
    value: known ? [value(text, unit)] : missing(line.energy_kwh.reason),
    share: known && Number(run.energy_mj) > 0 ? Number(line.energy_mj) / Number(run.energy_mj) : null,
    says: [says],
  };
}

function goodput(figure) {
  return {
    key: 'goodput',
    name: 'Goodput energy fraction',
    value: figure.value === null ? missing(figure.reason) : [value(percent(Number(figure.value)))],
    share: null,
    says: ['energy of retained steps ÷ energy of the run', ...told(figure)],
  };
}

function attempt(one) {
  const from = new Date(one.started_at);
  return {
    key: `attempt-${one.attempt}`,
    name: `Attempt ${one.attempt}`,
    value: one.first_step === null ? [h('span', { class: 'sub' }, 'no step yet')] : [value(`${one.first_step}–${one.last_step}`, 'steps')],
    share: null,
    says: [
      one.restored_from ? `from step ${one.restored_from}` : null,
      `${time(from)} for ${span(new Date(one.ended_at) - from)}`,
      one.kept_step === null ? null : `step ${one.kept_step} kept`,
      one.discarded_steps > 0 ? `${one.discarded_steps} of ${one.steps} log lines discarded` : null],
  };
}

function rows(run) {
  const training = run.training;
  const amounts = training.tokens;
  const pue = training.pue.value === null ? null : `PUE ${decimals(Number(training.pue.value), 3)} of its hours`;
  return [
    perToken('it-retained', 'IT J per retained token', training.it_joules_per_retained_token, tokens(amounts.retained, 'retained')),
    perToken('it-effective', 'IT J per effective token', training.it_joules_per_effective_token, tokens(amounts.effective, 'effective')),
    perToken('it-processed', 'IT J per processed token', training.it_joules_per_processed_token, tokens(amounts.processed, 'processed')),
    perToken('facility-retained', 'Facility J per retained token', training.facility_joules_per_retained_token, pue),
    goodput(training.goodput_energy_fraction),
    ...USES.map(([name, label, says]) => use(run, name, label, name === 'LOST_WORK' ? tokens(amounts.redone, 'redone') : says)),
    ...training.attempts.map(attempt),
  ];
}

/** The run that the address names after {@code #run=}, else the newest. */
export class Run {
  #section = document.getElementById('run-section');
  #container = document.getElementById('run');
  #title = document.getElementById('run-title');
  #about = document.getElementById('run-about');
  #board = null;
  #name = null;
  #askedAt = -Infinity;

  static address(name) {
    return HASH + encodeURIComponent(name);
  }

  /** Null while there is no run. */
  chosen(runs) {
    if (location.hash.startsWith(HASH)) {
      try {
        return decodeURIComponent(location.hash.slice(HASH.length));
      } catch {
        return null; // not an address that this page makes
      }
    }
    return runs.length > 0 ? runs[0].run : null;
  }

  /** @param ask gives the body of an address; the same run is asked for again only after a while */
  async follow(name, ask) {
    if (name === null) {
      this.#section.hidden = true;
      this.#name = null;
      return;
    }
    if (name === this.#name && Date.now() - this.#askedAt < EVERY_MS) return;
    this.#name = name;
    this.#askedAt = Date.now();
    try {
      const run = await ask(`/v1/runs/${encodeURIComponent(name)}`);
      if (name === this.#name) this.#show(run);
    } catch (error) {
      if (name === this.#name) this.#fail(name, error);
    }
  }

  #show(run) {
    this.#head(run.run);
    this.#board ||= new Board(this.#container, 'One training run: joules per token, what its energy went into, and its attempts', columns);
    this.#board.show(rows(run));
  }

  /** The figures of another run must not stand under this one's name. */
  #fail(name, error) {
    this.#askedAt = -Infinity;
    this.#head(name);
    this.#board = null;
    this.#container.replaceChildren(h('div', { class: 'empty' }, h('strong', {}, 'This run could not be read'), error.message));
  }

  #head(name) {
    this.#section.hidden = false;
    if (this.#title.textContent === name) return;
    this.#title.textContent = name;
    this.#about.replaceChildren(h('a', { href: `/v1/runs/${encodeURIComponent(name)}` }, 'all its figures'));
  }
}
