/* Verified destination numbers, and the codes that were sent and not used yet. */

import { get } from "../api.js";
import { momentText, t } from "../text.js";
import { copy } from "../toasts.js";
import { html } from "../vendor/preact.js";
import { useLoaded } from "./load.js";
import { ResourceTable } from "./resources.js";
import { Head } from "./scope.js";
import { Table } from "./table.js";

export function Verified() {
  const [codes] = useLoaded(async () => (await get("verification-codes")).codes, [], ["messages", "request"]);
  return html`
    <${Head} name="verified" scoped />
    <${ResourceTable} name="verified" />
    <h3>${t("verified.codes")}</h3>
    <${Table} id="all-codes" label=${t("verified.codes")} empty=${t("verified.no-codes")}
      heads=${[t("fact.to"), t("verified.code"), t("fact.channel"), t("verified.sent"), ""]}
      rows=${[...(codes ?? [])].reverse().map((row) => [
        row.to, html`<code>${row.code}</code>`, row.channel ?? "", html`<time>${momentText(row.sent_at)}</time>`,
        html`<button type="button" class="small" aria-label=${t("detail.copy-code", { code: row.code })} onClick=${() => copy(row.code)}>${t("copy")}</button>`,
      ])} />`;
}
