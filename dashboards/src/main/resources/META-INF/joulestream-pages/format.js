// Numbers, times and reasons as people read them. Nothing here knows the page.

const NUMBER = 'en-GB';

/** Three significant digits, no false precision; grouped, never in exponents. */
export function significant(value) {
  return new Intl.NumberFormat(NUMBER, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 }).format(value);
}

export function decimals(value, count) {
  return new Intl.NumberFormat(NUMBER, { minimumFractionDigits: count, maximumFractionDigits: count }).format(value);
}

/** A share as per cent; what is not all never reads as 100 %, what is not nothing never as 0 %. */
export function percent(share) {
  const tenths = Math.floor(share * 1000 + 1e-9);
  if (share > 0 && tenths === 0) return '< 0.1 %';
  return `${tenths % 10 === 0 ? tenths / 10 : (tenths / 10).toFixed(1)} %`;
}

/** [text, unit] of watts. */
export function power(watts) {
  return scaled(watts, ['W', 'kW', 'MW', 'GW']);
}

/** [text, unit] of kilowatt-hours. */
export function energy(kwh) {
  return scaled(kwh * 1000, ['Wh', 'kWh', 'MWh', 'GWh']);
}

/** [text, unit] of a count. */
export function count(number) {
  return number < 1000 ? [String(number), ''] : scaled(number, ['', 'thousand', 'million', 'billion', 'trillion']);
}

function scaled(value, units) {
  let step = 0;
  while (step + 1 < units.length && Math.abs(value) >= 1000 ** (step + 1)) step++;
  return [significant(value / 1000 ** step), units[step]];
}

/** A span of time in its two greatest units. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return days < 730 ? `${days} days` : `${Math.floor(days / 365.25)} years`;
}

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

const clockFormat = new Intl.DateTimeFormat(NUMBER, { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const timeFormat = new Intl.DateTimeFormat(NUMBER, { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

export const clock = (date) => clockFormat.format(date);
export const time = (date) => timeFormat.format(date);

const REASONS = {
  NO_DATA: 'No data',
  COVERAGE_BELOW_MIN: 'Too little was read',
  IT_BELOW_MIN: 'IT load too small',
  METER_INVERSION: 'Facility reads below IT',
  BOUNDARY_MISMATCH: 'Meters of different boundaries',
  NO_FACILITY_METER: 'No facility meter',
  NO_TOKENS: 'No tokens reported',
  METER_DOES_NOT_COVER: 'Meters do not cover the run',
};

/** What stands where a number would. */
export const reason = (code) => REASONS[code] || code.toLowerCase().replaceAll('_', ' ');

/** The command that brings the first data. */
export const IMPORT = './joulestream import mlperf-power --once --ac node_0.txt --mllog result_0.txt --run lora-1 --site lab';
