/* The account: its tier, its reviewer, and whether it may send; and the profile of the whole emulator. */

import { call, get, withQuery } from "../api.js";
import { t } from "../text.js";
import { attempt } from "../toasts.js";
import { html } from "../vendor/preact.js";
import { useLoaded } from "./load.js";
import { Head, useScope } from "./scope.js";

const CHOICES = { tier: ["PRODUCTION", "SANDBOX"], reviewer: ["approve", "manual", "deny"], reputation: ["good", "insufficient"] };
const PROFILES = ["friendly", "strict"];

export function Account() {
  const scope = useScope();
  const [account, reload] = useLoaded(async () => scope && get("account", scope), [scope]);
  const [profile, reloadProfile] = useLoaded(() => get("profile"), [], []);
  if (!account || !profile) return html`<${Head} name="account" /><p class="hint">${t("loading")}</p>`;
  const save = attempt(async ({ target }) => {
    const value = target.type === "checkbox" ? target.checked : target.value;
    await call("PUT", withQuery("account", scope), { [target.name]: value });
    await reload();
  });
  const choose = attempt(async ({ target }) => {
    await call("PUT", "profile", { profile: target.value });
    await reloadProfile();
  });
  return html`
    <${Head} name="account" scoped />
    <form id="account-form" class="fields" onChange=${save} onSubmit=${(event) => event.preventDefault()}>
      ${Object.entries(CHOICES).map(([name, values]) => html`<label key=${name}><span>${t(`account.${name}`)}</span>
        <select name=${name}>${values.map((value) => html`<option key=${value} value=${value} selected=${value === account[name]}>${t(`account.${name}.${value}`)}</option>`)}</select></label>`)}
      <label class="check"><input name="enabled" type="checkbox" checked=${account.enabled} /><span>${t("account.enabled")}</span></label>
    </form>
    <h3>${t("profile.title")}</h3>
    <fieldset id="profile" class="segments" onChange=${choose}>
      <legend class="hidden">${t("profile.title")}</legend>
      ${PROFILES.map((name) => html`<label key=${name}><input type="radio" name="profile" value=${name} checked=${name === profile.profile} /><span>${t(`profile.${name}`)}</span></label>`)}
    </fieldset>
    <p class="hint">${t(`profile.${profile.profile}.help`)}${profile.overridden.length > 0 && ` ${t("profile.overridden", { names: profile.overridden.join(", ") })}`}</p>`;
}
