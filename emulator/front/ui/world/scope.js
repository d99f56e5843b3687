/* The account and region that the sections show: chosen once, for all of them. */

import { get } from "../api.js";
import { createStore, useStore } from "../store.js";
import { t } from "../text.js";
import { html, useEffect } from "../vendor/preact.js";

const scope = createStore({ account: null, region: null });

async function begin() {
  const { account, region } = await get("account");
  if (scope.get().account === null) scope.set({ account, region });
}

/** Returns {account, region}, or null until they are known. */
export function useScope() {
  const chosen = useStore(scope);
  useEffect(() => { if (chosen.account === null) begin(); }, []);
  return chosen.account === null ? null : chosen;
}

function ScopePicker() {
  const { account, region } = useStore(scope);
  const change = ({ currentTarget: form }) => {
    if (form.reportValidity()) scope.set({ account: form.elements.account.value.trim(), region: form.elements.region.value.trim() });
  };
  return html`<form id="scope" class="scope" onSubmit=${(event) => event.preventDefault()} onChange=${change}>
    <input name="account" aria-label=${t("fact.account")} defaultValue=${account} pattern="\\d{12}" title=${t("console.account.hint")} required autocomplete="off" spellcheck="false" />
    <input name="region" aria-label=${t("fact.region")} defaultValue=${region} pattern="[a-z]{2,}(-[a-z]+)+-\\d" title=${t("console.region.hint")} required autocomplete="off" spellcheck="false" />
  </form>`;
}

/** The head of a section: its title, a sentence about it, and the account where it shows one. */
export function Head({ name, scoped = false, children }) {
  return html`<div class="section-head">
    <div><h2>${t(`world.${name}`)}</h2><p class="hint">${t(`about.${name}`)}</p></div>
    ${children}${scoped && html`<${ScopePicker} />`}
  </div>`;
}
