/* A list of resources of one kind, as AWS describes them; a row opens to all that AWS says of it. */

import { sms } from "../api.js";
import { Json } from "../detail/json.js";
import { momentText, number, t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html, useState } from "../vendor/preact.js";
import { KINDS } from "./kinds.js";
import { useLoaded } from "./load.js";
import { Head, useScope } from "./scope.js";

const PAGE = 100;

/** Returns the text of a member: lists and booleans in words, times as such. */
function shown(name, value) {
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (name.endsWith("Timestamp")) return momentText(value * 1000);
  return typeof value === "number" ? number(value) : String(value);
}

const column = (each) => (typeof each === "string" ? [each, (row) => shown(each, row[each])] : Object.entries(each)[0]);

function More({ kind, scope, row }) {
  const [more] = useLoaded(() => Promise.all(kind.more.map(async ([operation, fields, member]) => {
    const asked = fields(row);
    const answer = await sms(scope, operation, asked);
    return [`${operation} ${asked.NumberCapability ?? ""}`, answer[member]];
  })));
  return html`<div class="more">
    <${Json} value=${row} label=${kind.list[1]} />
    ${(more ?? []).map(([name, value]) => html`<div key=${name}><h3>${name}</h3><${Json} value=${value} label=${name} /></div>`)}
  </div>`;
}

function Row({ kind, scope, row, columns, reload }) {
  const [open, setOpen] = useState(false);
  const remove = attempt(async () => {
    const [operation, ...members] = kind.remove;
    await sms(scope, operation, Object.fromEntries(members.map((member) => [member, row[member]])));
    toast(t("resource.removed", { name: row[kind.title] }));
    await reload();
  });
  return html`
    <tr class="resource" data-id=${row[kind.id]}>
      ${columns.map(([name, read], place) => html`<td key=${name}>${place === 0
        ? html`<button type="button" class="code" aria-expanded=${open} onClick=${() => setOpen(!open)}>${read(row)}</button>`
        : read(row)}</td>`)}
      <td class="numeric"><button type="button" class="small danger" aria-label=${t("resource.remove", { name: row[kind.title] })} onClick=${remove}>${t("delete")}</button></td>
    </tr>
    ${open && html`<tr class="opened"><td colspan=${columns.length + 1}><${More} kind=${kind} scope=${scope} row=${row} /></td></tr>`}`;
}

/** The table of a kind, without a head. */
export function ResourceTable({ name }) {
  const kind = KINDS[name];
  const scope = useScope();
  const [operation, member] = kind.list;
  const read = async () => {
    if (scope === null) return null;
    const answer = await sms(scope, operation, { MaxResults: PAGE });
    return { rows: answer[member], isMore: Boolean(answer.NextToken) };
  };
  const [page, reload] = useLoaded(read, [scope]);
  if (page === null) return html`<p class="hint">${t("loading")}</p>`;
  const columns = kind.columns.map(column);
  if (page.rows.length === 0) return html`<p class="hint" id=${`no-${name}`}>${t("resource.none", scope)}</p>`;
  return html`
    <div class="table" tabindex="0" role="region" aria-label=${t(`world.${name}`)}><table id=${`all-${name}`}>
      <thead><tr>${columns.map(([head]) => html`<th key=${head} scope="col">${head}</th>`)}<th scope="col"><span class="hidden">${t("delete")}</span></th></tr></thead>
      <tbody>${page.rows.map((row) => html`<${Row} key=${row[kind.id]} kind=${kind} scope=${scope} row=${row} columns=${columns} reload=${reload} />`)}</tbody>
    </table></div>
    ${page.isMore && html`<p class="hint">${t("resource.more", { count: PAGE })}</p>`}`;
}

/** A section for each kind that needs no more than its table. */
export const section = (name) => () => html`<${Head} name=${name} scoped /><${ResourceTable} name=${name} />`;
