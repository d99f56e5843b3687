/* The carriers' rules. */

import { Refused, call, get } from "../api.js";
import { t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";

const EXAMPLE = '[{"match": {"country": "US"}, "outcome": "UNREACHABLE", "probability": 0.5}]';
const written = (rules) => (rules.length ? `[\n${rules.map((rule) => `  ${JSON.stringify(rule)}`).join(",\n")}\n]` : "[]");

export function Rules() {
  const [rules, setRules] = useState(null);
  const text = useRef(null);
  const load = attempt(async () => setRules(await get("carriers/rules")));
  useEffect(() => { load(); }, []);
  if (rules === null) return html`<p class="hint">${t("loading")}</p>`;
  const save = attempt(async (event) => {
    event.preventDefault();
    let wanted;
    try {
      wanted = JSON.parse(text.current.value || "[]");
    } catch (error) {
      throw new Refused(t("rules.not-json", { error: error.message }));
    }
    const saved = await call("PUT", "carriers/rules", wanted);
    toast(t("rules.saved", { count: saved.length }));
  });
  return html`
    <h2><label for="rules-text">${t("world.rules")}</label></h2>
    <form id="rules-form" onSubmit=${save}>
      <p class="hint">${t("rules.first")} <code>${EXAMPLE}</code></p>
      <textarea id="rules-text" ref=${text} rows="12" spellcheck="false" defaultValue=${written(rules)}></textarea>
      <div class="row"><button type="submit" class="primary">${t("rules.save")}</button></div>
    </form>`;
}
