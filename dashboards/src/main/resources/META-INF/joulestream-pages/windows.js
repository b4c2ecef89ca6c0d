import { Board, bar, h } from './dom.js';
import { missing, quality, sub, value } from './figures.js';
import { decimals, percent } from './format.js';

/** A year of ledger rows is read for it. */
const ASK_EVERY_MS = 60_000;

/** So that a page over a fleet asks for no more than a server can give each minute. */
const MOST_SITES = 20;

const WINDOWS = { '15m': 'Last 15 min', '1h': 'Last hour', '24h': 'Last 24 hours', mtd: 'Month to date', '12mo': 'Last 12 months' };

const columns = [
  { label: 'Site', draw: (row) => [h('a', { class: 'name', href: `/v1/sites/${encodeURIComponent(row.site)}/windows` }, row.site), sub(row.tz)] },
  ...Object.entries(WINDOWS).map(([name, label]) => ({ label, numeric: true, size: 'm', draw: (row) => cell(row.windows.find((w) => w.window === name)) })),
];

/** Label with category and coverage stand under every value, and under a reason too. */
function cell(point) {
  const covered = sub(point.label, `${percent(point.pue.coverage)} read`, point.pue.flags.includes('PERIOD_OPEN') && point.pue.value !== null ? 'so far' : null);
  if (point.pue.value === null) return [...missing(point.pue.reason), covered, bar(point.pue.coverage, 0)];
  const telling = [quality(point.pue), point.pue.flags.includes('DISPLAY_ONLY') ? 'lags, see 24 hours' : null];
  return [value(decimals(Number(point.pue.value), 3)), covered, sub(...telling), bar(point.pue.coverage, 0)];
}

export class Windows {
  #section = document.getElementById('windows-section');
  #container = document.getElementById('windows');
  #about = document.getElementById('windows-about');
  #board = null;
  #answers = [];
  #askedAt = -Infinity;

  /** @param ask gives the body of an address; an answer that fails leaves the last one of its site in place */
  async refresh(sites, ask, now) {
    if (now - this.#askedAt < ASK_EVERY_MS) return;
    this.#askedAt = now;
    const asked = sites.slice(0, MOST_SITES);
    const answers = await Promise.allSettled(asked.map((site) => ask(`/v1/sites/${encodeURIComponent(site.site)}/windows`)));
    this.#answers = answers.flatMap((answer, i) => answer.status === 'fulfilled'
      ? [answer.value]
      : this.#answers.filter((old) => old.site === asked[i].site));
    this.#section.hidden = this.#answers.length === 0;
    if (this.#answers.length === 0) return;
    this.#about.textContent = sites.length > MOST_SITES ? `the first ${MOST_SITES} of ${sites.length} sites` : '';
    this.#board ||= new Board(this.#container, 'PUE of each site in five windows, with label, category and coverage', columns);
    this.#board.show(this.#answers.map((answer) => ({ ...answer, key: answer.site })));
  }
}
