import { Board, bar, h } from './dom.js';
import { missing, quality, sub, value } from './figures.js';
import { Run } from './run.js';
import { IMPORT, count, energy, percent, significant, span, time } from './format.js';

const columns = [
  { label: 'Run', draw: (row) => [
    h('a', { class: 'name', href: Run.address(row.run) }, row.run),
    sub(row.sites.join(', '))] },
  { label: 'J per token', numeric: true, size: 'm', draw: (row) => perToken(row.joules_per_token) },
  { label: 'Energy', numeric: true, draw: (row) => kwh(row) },
  { label: 'Coverage', numeric: true, size: 'l', draw: (row) => [
    h('span', {}, percent(row.coverage)),
    sub(row.covers_run ? null : 'meters do not cover the run'),
    bar(row.coverage, Math.max(0, row.accounted - row.coverage))] },
  { label: 'Estimated', numeric: true, size: 's', draw: (row) => row.estimated_share === null ? [h('span', { class: 'sub' }, '–')] : [h('span', {}, percent(row.estimated_share))] },
  { label: 'Tokens', numeric: true, draw: (row) => tokens(row.tokens) },
  { label: 'Started', numeric: true, size: 'l', draw: (row) => started(row) },
];

function perToken(figure) {
  if (figure.value === null) return missing(figure.reason);
  return [value(significant(Number(figure.value)), 'J', true), sub(quality(figure))];
}

function kwh(row) {
  const figure = row.energy_kwh;
  if (figure.value === null) return missing(figure.reason);
  const [text, unit] = energy(Number(figure.value));
  return [value(text, unit), bar(1 - figure.estimated_share, figure.estimated_share)];
}

function tokens(number) {
  if (number === null) return [h('span', { class: 'none' }, 'None')];
  const [text, unit] = count(number);
  return [value(text, unit)];
}

function started(row) {
  if (row.started_at === null) return [h('span', { class: 'none' }, 'Not allocated yet')];
  const from = new Date(row.started_at);
  return [
    h('time', { datetime: row.started_at }, time(from)),
    sub(`for ${span(new Date(row.ended_at) - from)}`)];
}

export class Runs {
  #container = document.getElementById('runs');
  #about = document.getElementById('runs-about');
  #board = null;
  #runs = [];

  /** What is told of those that go on, between two answers. */
  hear(told) {
    if (this.#board === null) return;
    this.#runs = this.#runs.map((run) => ({ ...run, ...told.find((one) => one.run === run.run) }));
    this.#draw();
  }

  show(runs, hasMore) {
    this.#runs = runs;
    this.#about.textContent = hasMore ? `the newest ${runs.length}` : runs.length === 1 ? '1 run' : runs.length > 1 ? `${runs.length} runs, newest first` : '';
    if (runs.length === 0) {
      this.#board = null;
      this.#container.replaceChildren(h('div', { class: 'empty' },
        h('strong', {}, 'No training run yet'),
        'A run appears when a node says which run it works for. The measured MLPerf runs can be imported:',
        h('code', { tabindex: '0' }, IMPORT)));
      return;
    }
    this.#board ||= new Board(this.#container, 'Training runs, newest first: joules per token, energy, coverage and tokens', columns);
    this.#draw();
  }

  #draw() {
    this.#board.show(this.#runs.map((run) => ({ ...run, key: run.run })));
  }
}
