// A published figure as the content of a cell: its value, or why there is none.

import { h } from './dom.js';
import { percent, reason } from './format.js';

/** The reason in words, its code beneath. */
export function missing(code) {
  return [h('span', { class: 'none' }, reason(code)), h('span', { class: 'sub' }, code)];
}

/** How much of a value is estimated, always in words. */
export function quality(figure) {
  if (figure.quality === 'MEASURED') return 'measured';
  if (figure.quality === 'ESTIMATED') return 'estimated';
  return `${percent(figure.estimated_share)} estimated`;
}

/** Half of the 95 % interval; null when it is unknown. */
export function plusMinus(figure, format) {
  return figure.low === null ? null : `± ${format((Number(figure.high) - Number(figure.low)) / 2)}`;
}

export function value(text, unit, big) {
  return h('span', { class: big ? 'big' : null }, text, unit ? h('span', { class: 'unit' }, unit) : null);
}

export function sub(...parts) {
  return h('span', { class: 'sub' }, parts.filter(Boolean).join(' · '));
}
