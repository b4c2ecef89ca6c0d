// Listens to sites: the server tells of each when it has read it, once for all who listen.

/** A browser has six connections to a server over HTTP/1.1, for all its tabs: with more sites the page asks instead. */
const MOST_SITES = 3;

/** Who has heard nothing for longer does not know how a site is. */
const HEARD_MS = 15_000;

/** A stream that the server refused is asked for again after a minute. */
const REFUSED_MS = 60_000;

export class Live {
  #heard;
  #streams = new Map();

  /** @param heard called with each snapshot */
  constructor(heard) {
    this.#heard = heard;
  }

  /** Listens to these sites, and to no other. */
  follow(sites) {
    const followed = 'EventSource' in window && sites.length <= MOST_SITES ? sites : [];
    for (const [site, stream] of this.#streams) {
      if (!followed.includes(site) || (stream.refusedAt !== null && Date.now() - stream.refusedAt > REFUSED_MS)) {
        stream.source.close();
        this.#streams.delete(site);
      }
    }
    for (const site of followed) {
      if (!this.#streams.has(site)) this.#streams.set(site, this.#listen(site));
    }
  }

  #listen(site) {
    const source = new EventSource(`/v1/sites/${encodeURIComponent(site)}/live`);
    const stream = { source, heardAt: null, refusedAt: null, trouble: null };
    source.addEventListener('snapshot', (event) => {
      stream.heardAt = Date.now();
      stream.trouble = null;
      this.#heard(JSON.parse(event.data));
    });
    source.addEventListener('problem', (event) => {
      stream.heardAt = null;
      stream.trouble = JSON.parse(event.data).detail;
    });
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) stream.refusedAt = Date.now();
    });
    return stream;
  }

  /** How old the oldest of what was heard last of each site is, in milliseconds; null unless all of them were heard of lately. */
  age() {
    const ages = [...this.#streams.values()].map((stream) => stream.heardAt === null ? Infinity : Date.now() - stream.heardAt);
    const oldest = Math.max(...ages);
    return ages.length > 0 && oldest <= HEARD_MS ? oldest : null;
  }

  /** Why nothing can be told of a site; null where that is not so. */
  trouble() {
    return [...this.#streams.values()].map((stream) => stream.trouble).find((trouble) => trouble !== null) || null;
  }
}
