/* JSON as it is, to be read and copied. */

import { t } from "../text.js";
import { copy } from "../toasts.js";
import { html } from "../vendor/preact.js";

export function Json({ value, label }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2) ?? "";
  return html`<div class="json">
    <button type="button" class="small" onClick=${() => copy(text)} aria-label=${t("copy.what", { what: label })}>${t("copy")}</button>
    <pre tabindex="0" aria-label=${label}>${text}</pre>
  </div>`;
}

/** Lists names and values; those without a value are left out. */
export function Facts({ rows }) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return html`<dl class="facts">${shown.map(([name, value]) => html`<dt key=${name}>${name}</dt><dd dir="auto">${value}</dd>`)}</dl>`;
}
