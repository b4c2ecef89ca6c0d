// What a person should look at: meters that no longer agree, refused records, sites that fell silent. Nothing when all is well.

import { h } from './dom.js';
import { percent, span, time } from './format.js';
import { STALE_AFTER_MS } from './sites.js';

/** What has not spoken for longer, as an imported benchmark, is no live site any more; the table still says since when. */
const SILENT_UP_TO_MS = 7 * 24 * 3_600_000;

/** A day of minutes is read for it, and it moves slowly. */
const COMPARE_EVERY_MS = 60_000;

const short = (instant) => time(new Date(instant)).split(', ').pop();

/** How a meter stands to those below it, as a share of what it reads. */
function gap(meter, share) {
  const size = percent(Math.abs(share));
  return share < 0
    ? `the meters below ${meter} add up to ${size} more than it reads`
    : `${size} of what ${meter} reads is not found below it`;
}

const before = (share) => `${percent(Math.abs(share))}${share < 0 ? ' more below' : ''}`;

function suspicions({ site, recent, residuals, suspects }) {
  return suspects.map((meter) => {
    const told = residuals.find((r) => r.entity === meter && r.named === meter) || residuals.find((r) => r.named === meter);
    const doubt = told.or_below ? ' It or a meter right below or beside it has changed.' : '';
    return `${site}: ${gap(told.entity, told.recent_share.value)}, ${short(recent.start)} to ${short(recent.end)}; in the 24 hours before, `
      + `${before(told.reference_share.value)}.${doubt}${told.entity === meter ? '' : ` Look at ${meter}.`}`;
  });
}

const isSilent = (site, now) => site.last_data_at !== null && now - Date.parse(site.last_data_at) > STALE_AFTER_MS;

export class Attention {
  #section = document.getElementById('attention');
  #list = document.getElementById('attention-list');
  #status = document.getElementById('attention-status');
  #comparisons = [];
  #shown = null;
  #comparedAt = -Infinity;

  /** @param ask gives the body of an address; a comparison that fails leaves the last ones in place */
  async compare(sites, ask, now) {
    if (now - this.#comparedAt < COMPARE_EVERY_MS) return;
    this.#comparedAt = now;
    const spoken = sites.filter((site) => site.last_data_at !== null && !isSilent(site, now));
    const answers = await Promise.allSettled(spoken.map((site) => ask(`/v1/sites/${encodeURIComponent(site.site)}/residuals`)));
    this.#comparisons = answers.flatMap((answer, i) => answer.status === 'fulfilled'
      ? [answer.value]
      : this.#comparisons.filter((old) => old.site === spoken[i].site));
  }

  show(sites, health, now) {
    this.#shown = { sites, health };
    this.redraw(now);
  }

  /** Of what was shown last, which may be newer than what a comparison was asked for. */
  redraw(now) {
    const { sites, health } = this.#shown;
    const lines = [
      ...this.#comparisons.flatMap(suspicions),
      ...health.problems,
      ...sites.filter((site) => isSilent(site, now) && now - Date.parse(site.last_data_at) < SILENT_UP_TO_MS)
        .map((site) => `${site.site}: silent for ${span(now - Date.parse(site.last_data_at))}, since ${time(new Date(site.last_data_at))}.`),
    ];
    this.#section.hidden = lines.length === 0;
    const told = [...this.#list.children].map((item) => item.textContent);
    if (lines.join('\n') !== told.join('\n')) this.#list.replaceChildren(...lines.map((line) => h('li', {}, line)));
    const count = lines.length === 0 ? '' : lines.length === 1 ? '1 thing needs attention' : `${lines.length} things need attention`;
    if (this.#status.textContent !== count) this.#status.textContent = count;
  }
}
