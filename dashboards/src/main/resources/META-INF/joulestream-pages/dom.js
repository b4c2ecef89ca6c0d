// Small means to draw a table that is refreshed in place.

/** An element; a child may be a list of any depth, and one that is null or false is left out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A share of measured, and of estimated after it, as a bar. Text says the same, so it is hidden from readers of the page. */
export function bar(measured, estimated) {
  const solid = h('i');
  const hatched = h('i');
  solid.style.width = `${100 * measured}%`;
  hatched.style.left = `${100 * measured}%`;
  hatched.style.width = `${100 * estimated}%`;
  return h('span', { class: 'bar', 'aria-hidden': 'true' }, solid, hatched);
}

/**
 * A table whose rows are kept by key: a cell is touched only when its content changed, so that nothing flickers, and focus
 * and selection stay.
 */
export class Board {
  #body;
  #rows = new Map();
  #columns;

  /** @param columns each { label, numeric, size: 's' | 'm' | 'l', draw(row) -> nodes }; the first is the row's head */
  constructor(container, caption, columns) {
    this.#columns = columns;
    this.#body = h('tbody', { role: 'rowgroup' });
    const heads = columns.map((column) => h('th', { scope: 'col', role: 'columnheader', class: [column.numeric && 'n', column.size].filter(Boolean).join(' ') || null }, column.label));
    const table = h('table', { role: 'table' },
      h('caption', {}, caption),
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, heads)),
      this.#body);
    container.replaceChildren(h('div', { class: 'board' }, table));
  }

  /** @param rows each with a unique key */
  show(rows) {
    const keys = new Set(rows.map((row) => row.key));
    for (const [key, row] of this.#rows) {
      if (!keys.has(key)) {
        row.element.remove();
        this.#rows.delete(key);
      }
    }
    rows.forEach((row, index) => {
      const element = this.#element(row);
      if (this.#body.children[index] !== element) this.#body.insertBefore(element, this.#body.children[index] || null);
    });
  }

  #element(row) {
    let known = this.#rows.get(row.key);
    if (!known) {
      const cells = this.#columns.map((column, i) => i === 0
        ? h('th', { scope: 'row', role: 'rowheader' })
        : h('td', { role: 'cell', class: column.numeric ? 'n' : null, 'data-label': column.label }));
      known = { element: h('tr', { role: 'row' }, cells), cells };
      this.#rows.set(row.key, known);
    }
    known.cells.forEach((cell, i) => {
      const fresh = h('span', {}, this.#columns[i].draw(row));
      if (cell.innerHTML !== fresh.innerHTML) cell.replaceChildren(...fresh.childNodes);
    });
    return known.element;
  }
}
