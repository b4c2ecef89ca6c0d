// Shows what the API answers. It listens to the sites, and asks for what it is not told; where it hears nothing it asks every five
// seconds. When nothing is answered, the last figures stay, marked.

import { Attention } from './attention.js';
import { clock, span, zone } from './format.js';
import { Live } from './live.js';
import { Run } from './run.js';
import { Runs } from './runs.js';
import { Session, SignedOut } from './session.js';
import { Sites } from './sites.js';
import { Windows } from './windows.js';

const EVERY_MS = 5_000;
const EVERY_MS_BESIDE_LIVE = 30_000;
const PATIENCE_MS = 10_000;

const attention = new Attention();
const sites = new Sites();
const runs = new Runs();
const run = new Run();
const windows = new Windows();
const live = new Live((snapshot) => { hear(snapshot); });
const session = new Session(() => { refresh(); });
const pulse = document.getElementById('pulse');
const pulseText = document.getElementById('pulse-text');
const notice = document.getElementById('notice');
const health = document.getElementById('health');

let answeredAt = null;
let serverAhead = 0;
let failed = null;

document.getElementById('zone').textContent = `Times in ${zone}`;

async function ask(path) {
  const response = await fetch(path, { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(PATIENCE_MS) });
  const body = await response.json();
  if (response.status === 401) throw new SignedOut();
  if (!response.ok) throw new Error(`${body.title.toLowerCase()} (${body.reason ? `${body.reason}, ` : ''}trace id ${body.trace_id})`);
  return body;
}

const now = () => Date.now() + serverAhead;

async function refresh() {
  try {
    const [siteList, runList, state] = await Promise.all([ask('/v1/sites'), ask('/v1/runs'), ask('/v1/health')]);
    answeredAt = Date.now();
    serverAhead = Date.parse(siteList.now) - answeredAt;
    failed = null;
    await session.greet(ask);
    sites.show(siteList.sites, now());
    if (!document.hidden) live.follow(siteList.sites.map((site) => site.site));
    runs.show(runList.runs, runList.next_cursor !== null);
    await run.follow(run.chosen(runList.runs), ask);
    showHealth(state);
    attention.show(siteList.sites, state, now());
    windows.refresh(siteList.sites, ask, now());
    attention.compare(siteList.sites, ask, now()).then(() => attention.redraw(now()));
  } catch (error) {
    if (error instanceof SignedOut) {
      showSignedOut();
      return;
    }
    failed = error.name === 'TypeError' || error.name === 'TimeoutError' ? 'the server does not answer' : error.message;
    if (answeredAt === null) for (const wait of document.querySelectorAll('.wait')) say(wait, 'No figures yet');
  }
  showPulse();
}

/** What a site says of itself, between two answers. */
function hear(snapshot) {
  serverAhead = Date.parse(snapshot.now) - Date.now();
  sites.hear(snapshot, now());
  runs.hear(snapshot.runs);
  showPulse();
}

function showSignedOut() {
  live.follow([]);
  session.ask();
  failed = null;
  notice.hidden = true;
  pulse.dataset.state = 'error';
  say(pulseText, 'Signed out');
  say(health, '');
}

function showPulse() {
  const age = live.age();
  const trouble = failed || live.trouble();
  pulse.dataset.state = trouble ? 'error' : 'live';
  say(pulseText, trouble ? 'Not live' : age !== null ? `Live, heard ${span(age)} ago` : `Live, read at ${clock(new Date(answeredAt))}`);
  notice.hidden = trouble === null;
  if (trouble) {
    say(notice, answeredAt === null
      ? `Nothing could be read: ${trouble}. Trying again every ${EVERY_MS / 1000} seconds.`
      : `The figures below are as of ${clock(new Date(answeredAt))}: ${trouble}. Trying again every ${EVERY_MS / 1000} seconds.`);
  }
}

function showHealth(state) {
  const parts = [];
  if (state.status !== 'OK') parts.push(`${state.status}: ${state.problems.join('; ') || 'see /v1/health'}`);
  if (state.job) {
    const checkpoint = state.job.last_checkpoint_at;
    parts.push(`job ${state.job.state}${checkpoint ? `, checkpoint ${span(Date.parse(state.as_of) - Date.parse(checkpoint))} ago` : ''}`);
  }
  if (state.dead_letters_total !== null) parts.push(state.dead_letters_total === 0
    ? 'no reading refused'
    : `${state.dead_letters_total.toLocaleString('en-GB')} refused: ${state.dead_letters.map((l) => `${l.code} ${l.count}`).join(', ')}`);
  if (state.versions.joulestream) parts.push(`version ${state.versions.joulestream}`);
  say(health, parts.join(' · '));
}

/** Touches the page only when the text is another, so that screen readers speak only of changes. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

async function loop() {
  const isDue = failed !== null || live.age() === null || Date.now() - answeredAt >= EVERY_MS_BESIDE_LIVE;
  if (!document.hidden && isDue) await refresh();
  setTimeout(loop, EVERY_MS);
}

window.addEventListener('hashchange', () => { refresh(); });
document.addEventListener('visibilitychange', () => {
  if (document.hidden) live.follow([]);
  else refresh();
});
setInterval(() => {
  if (answeredAt === null) return;
  sites.tick(now());
  if (live.age() !== null) showPulse();
}, 1_000);
loop();
