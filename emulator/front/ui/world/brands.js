/* Brand profiles of `endusermessaging`, with their attributes and the registrations made of them. */

import { rest } from "../api.js";
import { Json } from "../detail/json.js";
import { t } from "../text.js";
import { html, useState } from "../vendor/preact.js";
import { useLoaded } from "./load.js";
import { Head, useScope } from "./scope.js";

const SERVICE = "end-user-messaging";

function Brand({ profile, scope }) {
  const [isOpen, setOpen] = useState(false);
  const [more] = useLoaded(async () => {
    if (!isOpen) return null;
    const id = encodeURIComponent(profile.brandProfileId);
    const answers = await Promise.all(["attributes", "registrations"].map((what) => rest(scope, SERVICE, "GET", `/v1/brand-profiles/${id}/${what}`)));
    return answers.map((answer) => Object.values(answer).find(Array.isArray) ?? []);
  }, [isOpen]);
  return html`<li class="tile" data-id=${profile.brandProfileId}>
    <button type="button" class="code" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>${profile.brandProfileName ?? profile.brandProfileId}</button> <span class="hint">${profile.brandProfileId}</span>
    ${more && html`<div class="more">
      <h3>${t("brands.attributes")}</h3><${Json} value=${more[0]} label=${t("brands.attributes")} />
      <h3>${t("world.registrations")}</h3><${Json} value=${more[1]} label=${t("world.registrations")} />
    </div>`}
  </li>`;
}

export function Brands() {
  const scope = useScope();
  const [profiles] = useLoaded(async () => scope && Object.values(await rest(scope, SERVICE, "GET", "/v1/brand-profiles")).find(Array.isArray), [scope]);
  return html`
    <${Head} name="brands" scoped />
    ${profiles?.length === 0 && html`<p class="hint" id="no-brands">${t("brands.none")}</p>`}
    <ul class="tiles" id="all-brands">${(profiles ?? []).map((profile) => html`<${Brand} key=${profile.brandProfileId} profile=${profile} scope=${scope} />`)}</ul>`;
}
