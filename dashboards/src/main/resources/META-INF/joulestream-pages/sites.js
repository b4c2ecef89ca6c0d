import { Board, bar, h } from './dom.js';
import { missing, plusMinus, quality, sub, value } from './figures.js';
import { IMPORT, decimals, percent, power, span, time } from './format.js';

/** A site that said nothing for longer is not live. */
export const STALE_AFTER_MS = 5 * 60_000;

const columns = [
  { label: 'Site', draw: (row) => [
    h('a', { class: 'name', href: `/v1/sites/${encodeURIComponent(row.site)}` }, row.name || row.site),
    sub(row.name ? row.site : null, row.kind, row.zone)] },
  { label: 'PUE, last hour', numeric: true, size: 'l', draw: (row) => pue(row) },
  { label: 'Coverage', numeric: true, draw: (row) => [h('span', {}, percent(row.live.pue.coverage)), bar(row.live.pue.coverage, 0)] },
  { label: 'IT power', numeric: true, draw: (row) => watts(row.live.it_power_w, row.live.power_minute) },
  { label: 'Facility power', numeric: true, draw: (row) => watts(row.live.facility_power_w, row.live.power_minute) },
  { label: 'Last data', numeric: true, size: 'l', draw: (row) => lastData(row) },
];

function pue({ live, now }) {
  if (live.pue.value === null) return missing(live.pue.reason);
  const digits = (number) => decimals(number, 3);
  const end = new Date(live.end);
  const of = now - end > STALE_AFTER_MS ? `hour to ${time(end)}` : live.pue_label;
  return [
    value(digits(Number(live.pue.value)), null, true),
    sub(of, plusMinus(live.pue, digits), quality(live.pue))];
}

function watts(figure, minute) {
  if (figure.value === null) return missing(figure.reason);
  if (minute === null) return missing('COVERAGE_BELOW_MIN');
  const [text, unit] = power(Number(figure.value));
  return [value(text, unit), sub(quality(figure))];
}

function lastData(row) {
  if (row.last_data_at === null) return [h('span', { class: 'none' }, 'Never')];
  const at = new Date(row.last_data_at);
  const age = row.now - at;
  return [
    h('span', {}, `${span(age)} ago`, age > STALE_AFTER_MS ? [' ', h('span', { class: 'tag stale' }, 'stale')] : null),
    h('span', { class: 'sub' }, h('time', { datetime: row.last_data_at }, time(at)))];
}

export class Sites {
  #container = document.getElementById('sites');
  #about = document.getElementById('sites-about');
  #board = null;
  #sites = [];

  show(sites, now) {
    this.#sites = sites;
    this.#about.textContent = sites.length === 1 ? '1 site' : sites.length > 1 ? `${sites.length} sites` : '';
    if (sites.length === 0) {
      this.#board = null;
      this.#container.replaceChildren(h('div', { class: 'empty' },
        h('strong', {}, 'No site yet'),
        'Import a measured benchmark to see real figures in a minute, or publish the inventory of a site of your own.',
        h('code', { tabindex: '0' }, IMPORT)));
      return;
    }
    this.#board ||= new Board(this.#container, 'Sites: PUE of the last hour, coverage, power now and last data', columns);
    this.tick(now);
  }

  /** What one of them says of itself. */
  hear(snapshot, now) {
    this.#sites = this.#sites.map((site) => site.site === snapshot.site
      ? { ...site, live: snapshot.live, last_data_at: snapshot.last_data_at }
      : site);
    this.tick(now);
  }

  /** Ages go on between two answers. */
  tick(now) {
    if (this.#board) this.#board.show(this.#sites.map((site) => ({ ...site, key: site.site, now })));
  }
}
