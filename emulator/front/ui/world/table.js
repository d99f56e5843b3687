/* A table of a section, or a sentence where there is nothing. */

import { html } from "../vendor/preact.js";

/** `heads` are the titles of the columns, `rows` lists of cells, `foot` the cells of a sum; `numeric` columns count from the end. */
export function Table({ id, label, heads, rows, foot = null, empty, numeric = 0 }) {
  if (rows.length === 0) return html`<div id=${id} class="table"><p class="hint">${empty}</p></div>`;
  const look = (place) => (place >= heads.length - numeric ? "numeric" : null);
  const cells = (row) => row.map((cell, place) => html`<td key=${place} class=${look(place)}>${cell}</td>`);
  return html`<div id=${id} class="table" tabindex="0" role="region" aria-label=${label}><table>
    <thead><tr>${heads.map((head, place) => (head ? html`<th key=${place} scope="col" class=${look(place)}>${head}</th>` : html`<td key=${place}></td>`))}</tr></thead>
    <tbody>${rows.map((row, place) => html`<tr key=${place}>${cells(row)}</tr>`)}</tbody>
    ${foot && html`<tfoot><tr>${cells(foot)}</tr></tfoot>`}
  </table></div>`;
}
