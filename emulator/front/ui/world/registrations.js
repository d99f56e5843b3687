/* The reviewer: what is submitted, and a decision on each. */

import { call, get, pathTo } from "../api.js";
import { t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html, useState } from "../vendor/preact.js";
import { useLoaded } from "./load.js";
import { Head } from "./scope.js";

const DECISIONS = ["COMPLETE", "REQUIRES_UPDATES", "REVIEWING", "PROVISIONING", "REQUIRES_AUTHENTICATION", "CLOSED"];
const DENIED = "REQUIRES_UPDATES";

function Decide({ row, reload }) {
  const [status, setStatus] = useState("COMPLETE");
  const decide = attempt(async (event) => {
    event.preventDefault();
    const { reason, field } = event.currentTarget.elements;
    const reasons = status === DENIED && reason.value.trim() ? [{ reason: reason.value.trim(), field_path: field.value.trim() || null }] : [];
    await call("POST", pathTo("registrations", row.registration_id, "decision"), reasons.length ? { status, reasons } : { status });
    toast(t("registrations.decided", { status }));
    await reload();
  });
  return html`<form class="line decide" onSubmit=${decide}>
    <select name="status" aria-label=${t("registrations.decision")} onChange=${({ target }) => setStatus(target.value)}>
      ${DECISIONS.map((name) => html`<option key=${name} value=${name} selected=${name === status}>${t(`decision.${name}`)}</option>`)}
    </select>
    ${status === DENIED && html`
      <input name="reason" aria-label=${t("registrations.reason")} placeholder=${t("registrations.reason")} autocomplete="off" />
      <input name="field" aria-label=${t("registrations.field")} placeholder=${t("registrations.field")} autocomplete="off" spellcheck="false" />`}
    <button type="submit" class="small primary">${t("registrations.decide")}</button>
  </form>`;
}

function Registration({ row, reload }) {
  return html`<li class="tile" data-id=${row.registration_id}>
    <div class="section-head">
      <div><b>${row.registration_type}</b> <span class="hint">${row.registration_id} · ${row.account} ${row.region}</span></div>
      <span class="state" data-state=${row.status === "COMPLETE" ? "APPROVED" : row.status === DENIED ? "Failed" : "waiting"}>${row.status}</span>
    </div>
    <p class="hint">${t("registrations.version", { version: row.version, status: row.version_status })}</p>
    ${(row.reasons ?? []).map((reason, place) => html`<p key=${place} class="refusal">${reason.reason}: ${reason.short_description} ${reason.field_path ?? ""}</p>`)}
    ${row.associations?.length > 0 && html`<p>${t("registrations.for", { names: row.associations.join(", ") })}</p>`}
    <${Decide} row=${row} reload=${reload} />
  </li>`;
}

export function Registrations() {
  const [rows, reload] = useLoaded(async () => (await get("registrations")).registrations.filter((row) => row.registration_id));
  return html`
    <${Head} name="registrations" />
    ${rows === null ? html`<p class="hint">${t("loading")}</p>` : rows.length === 0 && html`<p class="hint" id="no-registrations">${t("registrations.none")}</p>`}
    <ol class="tiles" id="all-registrations">${(rows ?? []).map((row) => html`<${Registration} key=${row.registration_id} row=${row} reload=${reload} />`)}</ol>`;
}
