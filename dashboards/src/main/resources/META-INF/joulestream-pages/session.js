// Who reads the page. Where keys are asked for, one is shown once, or somebody signs in at an OpenID provider, and a session's
// cookie stands for it afterwards: the page never keeps a key, and no script can read the cookie.

import { h } from './dom.js';

/** Why nobody was signed in at the provider, by what stands behind the # when the browser comes back. */
const WHY_NOT = new Map([
  ['#sign-in=stale', 'That took too long, or was begun in another browser. Try again.'],
  ['#sign-in=refused', 'The provider did not let you in.'],
  ['#sign-in=not-a-member', 'The provider knows you, but you are no member here. An administrator has to link you.'],
  ['#sign-in=failed', 'The provider’s answer was not good. Try again; the server’s log tells more.'],
  ['#sign-in=unavailable', 'The provider or the database does not answer. Try again later.'],
]);

/** The server wants to know who asks. */
export class SignedOut extends Error {}

export class Session {
  #section = document.getElementById('sign-in');
  #form = document.getElementById('sign-in-form');
  #key = document.getElementById('sign-in-key');
  #elsewhere = document.getElementById('sign-in-elsewhere');
  #fault = document.getElementById('sign-in-fault');
  #who = document.getElementById('who');
  #main = document.getElementById('main');
  #known = null;

  /** @param changed called when somebody has signed in or out */
  constructor(changed) {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#signIn().then((done) => { if (done) changed(); });
    });
    this.#who.addEventListener('click', (event) => {
      if (event.target.tagName === 'BUTTON') this.#signOut().then(changed);
    });
  }

  /** Nobody is signed in: the form, and none of the figures of whoever was. */
  ask() {
    this.#known = null;
    if (this.#section.hidden) {
      this.#section.hidden = false;
      this.#main.hidden = true;
      this.#who.replaceChildren();
      this.#key.focus();
      this.#fault.textContent = WHY_NOT.get(location.hash) ?? '';
      if (WHY_NOT.has(location.hash)) history.replaceState(null, '', location.pathname);
      this.#offer();
    }
  }

  /** The link to the provider, where there is one. */
  async #offer() {
    try {
      const response = await fetch('/v1/session/ways', { headers: { Accept: 'application/json' } });
      this.#elsewhere.hidden = !(response.ok && (await response.json()).ways.includes('oidc'));
    } catch {
      this.#elsewhere.hidden = true;
    }
  }

  /** Somebody may read: who that is, asked for once. */
  async greet(ask) {
    this.#section.hidden = true;
    this.#main.hidden = false;
    if (this.#known !== null) return;
    this.#known = await ask('/v1/session');
    if (this.#known.member !== null) {
      this.#who.replaceChildren(
        h('span', {}, `${this.#known.member}, ${this.#known.role} of ${this.#known.tenant} `),
        h('button', { type: 'button' }, 'Sign out'));
    }
  }

  async #signIn() {
    this.#fault.textContent = '';
    try {
      const response = await fetch('/v1/session', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ key: this.#key.value.trim() }),
      });
      if (response.ok) {
        this.#key.value = '';
        return true;
      }
      this.#fault.textContent = response.status === 401
        ? 'No valid key. It may have expired, been revoked, or been copied in part.'
        : `Not signed in: ${(await response.json()).detail}`;
    } catch {
      this.#fault.textContent = 'The server does not answer.';
    }
    this.#key.focus();
    return false;
  }

  async #signOut() {
    await fetch('/v1/session', { method: 'DELETE' }).catch(() => {});
    this.#known = null;
  }
}
