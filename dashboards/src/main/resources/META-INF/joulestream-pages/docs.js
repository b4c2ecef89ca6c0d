// Shows openapi.json, which is what the server itself is tested against. Nothing is asked of anybody else.

import { h } from './dom.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

let file;

/** What a reference leads to, with the name under which it stands there. */
function follow(node) {
  if (!node || !node.$ref) return node;
  return node.$ref.slice(2).split('/').reduce((at, key) => at[key], file);
}

function nameOf(reference) {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** Text in which `...` is code; a line that begins with * is an item of a list. */
function prose(text) {
  const blocks = [];
  for (const line of (text || '').split('\n')) {
    if (line.startsWith('* ')) {
      if (!Array.isArray(blocks.at(-1))) blocks.push([]);
      blocks.at(-1).push(line.slice(2));
    } else if (line.startsWith('  ') && Array.isArray(blocks.at(-1))) {
      blocks.at(-1).push(`${blocks.at(-1).pop()} ${line.trim()}`);
    } else if (line.trim() === '') {
      blocks.push('');
    } else {
      blocks.push(typeof blocks.at(-1) === 'string' ? `${blocks.pop()} ${line}` : line);
    }
  }
  return blocks.filter((block) => block.length > 0).map((block) => Array.isArray(block)
    ? h('ul', {}, block.map((item) => h('li', {}, spans(item))))
    : h('p', {}, spans(block)));
}

function spans(text) {
  return text.split('`').map((part, i) => i % 2 === 1 ? h('code', {}, part) : part);
}

/** What a schema says of its values, in words and links. */
function shape(schema) {
  if (schema.$ref) return [h('a', { href: `#type-${nameOf(schema.$ref)}` }, nameOf(schema.$ref))];
  const alternatives = schema.oneOf || schema.anyOf || schema.allOf;
  if (alternatives) return alternatives.flatMap((one, i) => i === 0 ? shape(one) : [' or ', ...shape(one)]);
  const type = [schema.type].flat().filter(Boolean).join(' or ') || 'anything';
  const said = [type];
  if (schema.items) said.push(' of ', ...shape(schema.items));
  if (schema.enum) said.push(`: ${schema.enum.join(', ')}`);
  if (schema.format) said.push(` (${schema.format})`);
  if (schema.pattern && schema.pattern.length < 60) said.push(' like ', h('code', {}, schema.pattern));
  const { minimum, maximum } = schema;
  if (minimum !== undefined || maximum !== undefined) said.push(` ${minimum ?? '…'} to ${maximum ?? '…'}`);
  if (schema.default !== undefined) said.push(`, else ${schema.default}`);
  return said;
}

function field(name, schema, description, isNeeded) {
  const about = description || (!schema.$ref && schema.description);
  return [
    h('dt', {}, h('code', {}, name), isNeeded && h('span', { class: 'needed' }, ' needed')),
    h('dd', {}, shape(schema), about && '. ', about && spans(about)),
  ];
}

function parameters(operation) {
  const all = (operation.parameters || []).map(follow);
  return all.length > 0 && [h('h3', {}, 'Parameters'),
    h('dl', { class: 'fields' }, all.map((p) => field(p.name, p.schema, p.description, p.required)))];
}

function body(operation) {
  const media = operation.requestBody && operation.requestBody.content['application/json'];
  return media && [h('h3', {}, 'Body'), h('p', {}, shape(media.schema))];
}

function answers(operation) {
  return [h('h3', {}, 'Answers'), h('dl', { class: 'answers' }, Object.entries(operation.responses).map(([status, one]) => {
    const response = follow(one);
    const contents = Object.entries(response.content || {}).flatMap(([type, media]) =>
      [' ', h('code', {}, type), ' ', media.schema.$ref ? shape(media.schema) : ''].flat());
    return [h('dt', {}, status), h('dd', {}, spans(response.description), status < 300 && contents)];
  }))];
}

/** Those of its own: errors that any address may answer are shown nowhere in particular. */
function examples(operation) {
  const all = Object.values(operation.responses).filter((response) => !response.$ref).flatMap((response) => [
    ...Object.values(response['x-examples'] || {}),
    ...Object.values(response.content || {}).flatMap((media) => Object.values(media.examples || {})),
  ]);
  return all.length > 0 && [h('h3', {}, 'Examples'), all.map((one) => example(follow(one)))];
}

function example(one) {
  const sent = one['x-request-body'];
  return h('details', { class: 'example' },
    h('summary', {}, one.summary),
    h('pre', { tabindex: '0' }, h('code', {}, one['x-request'] + (sent ? `\n\n${JSON.stringify(sent, null, 2)}` : ''))),
    one.value !== undefined && h('pre', { tabindex: '0' }, h('code', {},
      typeof one.value === 'string' ? one.value : JSON.stringify(one.value, null, 2))));
}

function operation(path, method, one) {
  return h('details', { class: 'operation', id: one.operationId },
    h('summary', {}, h('span', { class: 'method' }, method.toUpperCase()), h('code', {}, path), h('span', { class: 'summary' }, one.summary)),
    h('div', { class: 'prose' }, prose(one.description), parameters(one), body(one), answers(one), examples(one)));
}

function type(name, schema) {
  const needed = new Set(schema.required || []);
  const fields = Object.entries(schema.properties || {});
  return h('details', { class: 'type', id: `type-${name}` },
    h('summary', {}, h('code', {}, name)),
    h('div', { class: 'prose' }, prose(schema.description), fields.length > 0 && schema.allOf && h('p', {}, shape({ allOf: schema.allOf }), ', and'),
      fields.length > 0
        ? h('dl', { class: 'fields' }, fields.map(([key, value]) => field(key, value, needed.has(key) ? null : 'Not always there', false)))
        : h('p', {}, shape(schema))));
}

/** An address of this page opens what it names. */
function openChosen() {
  const chosen = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (chosen instanceof HTMLDetailsElement) {
    chosen.open = true;
    chosen.scrollIntoView();
  }
}

function show() {
  document.getElementById('about-text').replaceChildren(h('div', { class: 'prose' }, prose(file.info.description)));
  const operations = Object.entries(file.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => operation(path, method, item[method])));
  document.getElementById('addresses').replaceChildren(...operations);
  document.getElementById('addresses-about').textContent = `${operations.length}, each with an example`;
  document.getElementById('types').replaceChildren(...Object.entries(file.components.schemas)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, schema]) => type(name, schema)));
  openChosen();
}

async function start() {
  try {
    const response = await fetch('/openapi.json', { headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    file = await response.json();
    show();
  } catch (error) {
    const notice = document.getElementById('notice');
    notice.textContent = `The description could not be read: ${error.message}.`;
    notice.hidden = false;
    document.querySelector('.wait')?.remove();
  }
}

window.addEventListener('hashchange', openChosen);
start();
