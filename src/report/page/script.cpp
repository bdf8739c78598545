#include "report/page/script.hpp"

namespace ersatz::report {

std::string_view page_script() {
  return R"(
'use strict';
(() => {
  const make = (tag, text, kind) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };

  // Numbers by value, and before words; "1,200", ".31 [.28, .34]", "-.02", "4.0 ± 0.1", "2 min 3 s".
  const seconds = text => {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?) (h|min|s)\b/g)];
    const unit = { h: 3600, min: 60, s: 1 };
    return parts.length ? parts.reduce((sum, [, n, u]) => sum + n * unit[u], 0) : NaN;
  };
  const value = text => {
    const time = seconds(text);
    if (!Number.isNaN(time)) return time;
    const number = parseFloat(text.replace(/,(?=\d{3})/g, '').replace(/^(under|over) /, ''));
    return Number.isNaN(number) ? text : number;
  };
  const compare = (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    if (typeof a === 'number') return -1;
    if (typeof b === 'number') return 1;
    return a.localeCompare(b);
  };
  for (const table of document.querySelectorAll('table.sortable')) {
    const headings = [...table.tHead.rows[0].cells], body = table.tBodies[0], rows = [...body.rows];
    if (rows.length < 2) continue;
    headings.forEach((heading, column) => {
      const button = make('button', heading.textContent);
      button.type = 'button';
      heading.replaceChildren(button);
      button.addEventListener('click', () => {
        const was = heading.getAttribute('aria-sort');
        const order = was === 'ascending' ? 'descending' : was === 'descending' ? null : 'ascending';
        for (const other of headings) other.removeAttribute('aria-sort');
        const sorted = [...rows];
        if (order) {
          heading.setAttribute('aria-sort', order);
          const key = row => value(row.cells[column].textContent.trim());
          sorted.sort((a, b) => (order === 'ascending' ? 1 : -1) * compare(key(a), key(b)));
        }
        body.replaceChildren(...sorted);
      });
    });
  }

  const element = document.getElementById('images');
  if (!element) return;
  const data = JSON.parse(element.textContent), most = data.most;

  const picture = (source, place, label) => {
    const image = make('span', undefined, 'picture p' + source.number);
    image.setAttribute('role', 'img');
    image.setAttribute('aria-label', label);
    image.style.setProperty('--x', place % source.columns);
    image.style.setProperty('--y', Math.floor(place / source.columns));
    return image;
  };

  const show = (panel, cell, truth, called) => {
    const source = data.sources[cell.of], entry = truth * data.classes.length + called, all = cell.counts[entry];
    const places = [];
    cell.called.forEach((one, place) => {
      if (one === called && source.truth[place] === truth) places.push(place);
    });
    if (cell.sure) places.sort((a, b) => cell.sure[b] - cell.sure[a]);
    places.length = Math.min(places.length, most);
    const name = i => data.classes[i];
    let text = `${name(truth)} called ${name(called)} by seed ${cell.seed}: `;
    text += all === 0 ? 'no image' : places.length === all ? `${all} of them` : `${places.length} of ${all}`;
    if (all > places.length && truth !== called) {
      text += `; more: ersatz show DIR --study FILE --misclassified ${name(truth)}:${name(called)} -o more.png`;
    }
    const list = make('ul', undefined, 'pictures');
    for (const place of places) {
      const item = make('li');
      const sure = cell.sure ? `${cell.sure[place]} % sure` : '';
      item.append(picture(source, place, `${source.files[place]}, ${name(truth)}, called ${name(called)}`));
      item.append(make('br'), make('span', sure));
      item.title = source.files[place];
      list.append(item);
    }
    panel.replaceChildren(make('p', text, 'small'), list);
  };

  const enable = table => {
    if (table.dataset.ready) return;
    table.dataset.ready = 'yes';
    const cell = data.cells[table.dataset.cell], panel = table.closest('figure').querySelector('.behind');
    panel.replaceChildren(make('p', 'A click on a number shows the images behind it.', 'small'));
    const buttons = [];
    [...table.tBodies[0].rows].forEach((row, truth) => {
      [...row.cells].slice(1).forEach((square, called) => {
        const button = make('button', square.textContent);
        button.type = 'button';
        button.setAttribute('aria-expanded', 'false');
        const names = `${data.classes[truth]} called ${data.classes[called]}`;
        button.setAttribute('aria-label', `${names}: ${square.textContent || '.00'}`);
        button.addEventListener('click', () => {
          for (const other of buttons) other.setAttribute('aria-expanded', 'false');
          button.setAttribute('aria-expanded', 'true');
          show(panel, cell, truth, called);
        });
        square.replaceChildren(button);
        buttons.push(button);
      });
    });
  };
  for (const table of document.querySelectorAll('table.confusion')) {
    const folded = table.closest('details');
    if (!folded || folded.open) enable(table);
    if (folded) folded.addEventListener('toggle', () => enable(table));
  }
})();
)";
}

}  // namespace ersatz::report
