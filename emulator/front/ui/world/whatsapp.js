/* WhatsApp: linked accounts and their numbers, what Meta makes of them, and the templates with Meta's decisions. */

import { call, get, pathTo, rest, withQuery } from "../api.js";
import { t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html } from "../vendor/preact.js";
import { useLoaded } from "./load.js";
import { Head, useScope } from "./scope.js";
import { Table } from "./table.js";

const QUALITIES = ["GREEN", "YELLOW", "RED", "UNKNOWN"];
const DECISIONS = ["APPROVED", "REJECTED", "PAUSED", "DISABLED"];

async function templatesOf(scope, numbers) {
  const ids = [...new Set(numbers.map((number) => number.id))];
  const lists = await Promise.all(ids.map((id) => rest(scope, "social-messaging", "GET", withQuery("/v1/whatsapp/template/list", { id }))));
  return lists.flatMap(({ templates }) => templates);
}

function Link({ scope, reload }) {
  const link = attempt(async (event) => {
    event.preventDefault();
    const { number, name } = event.currentTarget.elements;
    await call("POST", withQuery("whatsapp/accounts", scope), { phone_number: number.value.trim(), display_name: name.value.trim() });
    number.value = "";
    await reload();
  });
  return html`<form id="link-form" class="line" onSubmit=${link}>
    <input name="number" required inputmode="tel" placeholder="+12065550123" aria-label=${t("whatsapp.number")} autocomplete="off" />
    <input name="name" required placeholder=${t("whatsapp.name")} aria-label=${t("whatsapp.name")} autocomplete="off" />
    <button type="submit">${t("whatsapp.link")}</button>
  </form>`;
}

export function WhatsApp() {
  const scope = useScope();
  const [numbers, reload] = useLoaded(async () => scope && (await get("whatsapp/numbers", scope)).numbers, [scope]);
  const [templates, reloadTemplates] = useLoaded(async () => (numbers ? templatesOf(scope, numbers) : null), [numbers]);
  const change = (number) => attempt(async ({ target }) => {
    await call("PUT", pathTo("whatsapp", "numbers", number.phone_number), { quality_rating: target.value });
    await reload();
  });
  const decide = (template) => attempt(async ({ target }) => {
    await call("POST", pathTo("whatsapp", "templates", template.metaTemplateId, "decision"), { status: target.value });
    toast(t("registrations.decided", { status: target.value }));
    await reloadTemplates();
  });
  const options = (names, chosen) => names.map((name) => html`<option key=${name} value=${name} selected=${name === chosen}>${name}</option>`);
  return html`
    <${Head} name="whatsapp" scoped />
    <${Table} id="all-whatsapp" label=${t("world.whatsapp")} empty=${t("whatsapp.none")}
      heads=${[t("whatsapp.number"), t("whatsapp.name"), t("whatsapp.account"), t("whatsapp.quality")]}
      rows=${(numbers ?? []).map((number) => [
        number.phone_number, number.display_name, html`<code>${number.id}</code>`,
        html`<select aria-label=${t("whatsapp.quality")} onChange=${change(number)}>${options(QUALITIES, number.quality_rating)}</select>`,
      ])} />
    ${scope && html`<${Link} scope=${scope} reload=${reload} />`}
    <h3>${t("whatsapp.templates")}</h3>
    <${Table} id="all-templates" label=${t("whatsapp.templates")} empty=${t("whatsapp.no-templates")}
      heads=${[t("whatsapp.template"), t("whatsapp.category"), t("whatsapp.language"), t("fact.status"), t("registrations.decision")]}
      rows=${(templates ?? []).map((template) => [
        template.templateName, template.templateCategory, template.templateLanguage, template.templateStatus,
        html`<select data-template=${template.templateName} aria-label=${t("registrations.decision")} onChange=${decide(template)}><option value="">${t("whatsapp.decide")}</option>${options(DECISIONS, null)}</select>`,
      ])} />`;
}
