/* Charts: bars beside their names, and columns over time. Both are drawn as shapes whose sizes are attributes. */

import { html } from "../vendor/preact.js";

/** Bars, the longest for the largest value; `rows` are {name, value, text}. */
export function Bars({ id, label, rows }) {
  const most = Math.max(...rows.map(({ value }) => value), 0) || 1;
  return html`<table id=${id} class="bars" aria-label=${label}><tbody>
    ${rows.map(({ name, value, text }) => html`<tr key=${name}>
      <th scope="row">${name}</th>
      <td class="length"><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width=${(100 * value) / most} height="1" /></svg></td>
      <td class="numeric">${text}</td>
    </tr>`)}
  </tbody></table>`;
}

/** Columns over time, each of stacked parts; `columns` are {title, values: {part: number}}, drawn in the order of `parts`. */
export function Columns({ id, label, columns, parts }) {
  const sum = (values) => parts.reduce((total, part) => total + values[part], 0);
  const most = Math.max(...columns.map(({ values }) => sum(values)), 1);
  const stacked = ({ values }) => {
    let top = most;
    return parts.map((part) => {
      top -= values[part];
      return [part, top, values[part]];
    });
  };
  return html`<svg id=${id} class="columns" viewBox=${`0 0 ${columns.length} ${most}`} preserveAspectRatio="none" role="img" aria-label=${label}>
    ${columns.map((column, place) => html`<g key=${place}><title>${column.title}</title>
      <rect x=${place} y="0" width="1" height=${most} class="ground" />
      ${stacked(column).map(([part, y, height]) => html`<rect key=${part} x=${place + 0.08} y=${y} width="0.84" height=${height} data-part=${part} />`)}
    </g>`)}
  </svg>`;
}
