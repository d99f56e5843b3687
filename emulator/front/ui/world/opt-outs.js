/* Who has opted out, of which list, since when; numbers can be added and taken off. */

import { call, get, pathTo, withQuery } from "../api.js";
import { momentText, t } from "../text.js";
import { attempt } from "../toasts.js";
import { html } from "../vendor/preact.js";
import { useLoaded } from "./load.js";
import { ResourceTable } from "./resources.js";
import { Head, useScope } from "./scope.js";
import { Table } from "./table.js";

const address = (list, number, scope) => withQuery(pathTo("opt-outs", list, number), scope);

export function OptOuts() {
  const scope = useScope();
  const [rows, reload] = useLoaded(async () => scope && (await get("opt-outs", scope)).opt_outs, [scope], ["messages", "request"]);
  const optIn = (row) => attempt(async () => {
    await call("DELETE", address(row.list, row.number, scope));
    await reload();
  });
  const add = attempt(async (event) => {
    event.preventDefault();
    const { list, number } = event.currentTarget.elements;
    await call("PUT", address(list.value.trim(), number.value.trim(), scope));
    number.value = "";
    await reload();
  });
  return html`
    <${Head} name="opt-outs" scoped />
    <${Table} id="all-opt-outs" label=${t("world.opt-outs")} empty=${t("opt-outs.none")}
      heads=${[t("opt-outs.number"), t("opt-outs.list"), t("opt-outs.since"), t("opt-outs.by"), ""]}
      rows=${(rows ?? []).map((row) => [
        row.number, row.list, html`<time>${momentText(row.since)}</time>`, t(`opt-outs.by.${row.by}`),
        html`<button type="button" class="small" data-opt-in=${row.number} onClick=${optIn(row)}>${t("opt-out.opt-in")}</button>`,
      ])} />
    ${scope && html`<form id="opt-out-form" class="line" onSubmit=${add}>
      <input name="number" required inputmode="tel" placeholder="+14255550100" aria-label=${t("opt-outs.number")} autocomplete="off" />
      <input name="list" required defaultValue="Default" aria-label=${t("opt-outs.list")} autocomplete="off" />
      <button type="submit">${t("opt-outs.add")}</button>
    </form>`}
    <h3>${t("world.lists")}</h3>
    <${ResourceTable} name="lists" />`;
}
