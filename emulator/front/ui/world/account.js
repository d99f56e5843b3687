/* The account: its tier, and whether it may send. */

import { call, get } from "../api.js";
import { t } from "../text.js";
import { attempt } from "../toasts.js";
import { html, useEffect, useState } from "../vendor/preact.js";

export function Account() {
  const [account, setAccount] = useState(null);
  const load = attempt(async () => setAccount(await get("account")));
  useEffect(() => { load(); }, []);
  if (!account) return html`<p class="hint">${t("loading")}</p>`;
  const save = attempt(async ({ target }) => {
    const value = target.type === "checkbox" ? target.checked : target.value;
    setAccount(await call("PUT", "account", { [target.name]: value }));
  });
  return html`
    <h2>${t("world.account")} <span class="hint">${account.account} ${account.region}</span></h2>
    <form id="account-form" class="fields" onChange=${save} onSubmit=${(event) => event.preventDefault()}>
      <label><span>${t("account.tier")}</span><select name="tier">${["PRODUCTION", "SANDBOX"].map((tier) => html`<option key=${tier} value=${tier} selected=${tier === account.tier}>${tier}</option>`)}</select></label>
      <label class="check"><input name="enabled" type="checkbox" checked=${account.enabled} /><span>${t("account.enabled")}</span></label>
    </form>`;
}
