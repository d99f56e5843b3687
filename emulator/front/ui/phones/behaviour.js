/* How a handset behaves: the outcome of messages to it, and what its user does. */

import { call, get, pathTo } from "../api.js";
import { useInOrder } from "../loading.js";
import { t } from "../text.js";
import { html, useEffect, useState } from "../vendor/preact.js";

const CHANNELS = ["sms", "mms", "voice", "rcs", "whatsapp"];
const ANSWERS = ["answer", "wait", "busy", "no_answer", "fail"];

let outcomes = null;

/** Loads the outcomes by channel once, each under the first channel that has it. */
async function loadOutcomes() {
  if (outcomes) return outcomes;
  const known = new Set();
  const lists = await Promise.all(CHANNELS.map((channel) => get("carriers/outcomes", { channel })));
  outcomes = lists.map((list, place) => {
    const fresh = list.filter((outcome) => !known.has(outcome));
    for (const outcome of fresh) known.add(outcome);
    return [CHANNELS[place], fresh];
  }).filter(([, fresh]) => fresh.length);
  return outcomes;
}

const shown = (value) => (Array.isArray(value) ? value.join(" ") : value ?? "");

/** Says in a line how a handset differs from any other. */
export function oddities(behaviour) {
  return [
    behaviour.outcome && t("behaviour.ends-as", { outcome: behaviour.outcome }),
    behaviour.delay_seconds > 0 && t("behaviour.after", { seconds: behaviour.delay_seconds }),
    behaviour.carrier && t("behaviour.on", { carrier: behaviour.carrier }),
    behaviour.answers !== "answer" && t(`behaviour.called.${behaviour.answers}`),
    behaviour.presses.length > 0 && t("behaviour.presses-keys", { keys: shown(behaviour.presses) }),
    !behaviour.rcs && t("behaviour.no-rcs"),
    !behaviour.whatsapp && t("behaviour.no-whatsapp"),
  ].filter(Boolean).join(t("list.comma"));
}

/** Loads how a handset behaves; returns it, null as long as it is unknown, and a function that changes fields of it. */
export function useBehaviour(number) {
  const [state, setState] = useState({ number: null, behaviour: null });
  const ask = (method, fields) => call(method, pathTo("handsets", number), fields);
  const load = useInOrder(async (...given) => ({ number, behaviour: await ask(...given) }), setState);
  useEffect(() => { if (number) load("GET"); }, [number]);
  // Only these fields are sent, so as not to undo what a test has changed meanwhile.
  const change = (fields) => load("PUT", fields);
  return [state.number === number ? state.behaviour : null, change];
}

function valueOf(control) {
  if (control.type === "checkbox") return control.checked;
  if (control.type === "number") return control.valueAsNumber;
  const text = control.value.trim();
  return control.name === "presses" ? text.split(/\s+/).filter(Boolean) : text || null;
}

export function Behaviour({ behaviour, change }) {
  const [groups, setGroups] = useState([]);
  useEffect(() => { loadOutcomes().then(setGroups); }, []);
  if (!behaviour) return null;
  const save = ({ target }) => { if (target.reportValidity()) change({ [target.name]: valueOf(target) }); };
  const field = (name, properties) =>
    html`<label key=${name}><span>${t(`behaviour.${name}`)}</span><input name=${name} autocomplete="off" value=${shown(behaviour[name])} ...${properties} /></label>`;
  const check = (name) =>
    html`<label key=${name} class="check"><input name=${name} type="checkbox" checked=${behaviour[name]} /><span>${t(`behaviour.${name}`)}</span></label>`;
  return html`<form id="behaviour" class="fields" aria-label=${t("behaviour.title")} onChange=${save} onSubmit=${(event) => event.preventDefault()}>
    <label><span>${t("behaviour.outcome")}</span>
      <select name="outcome">
        <option value="" selected=${!behaviour.outcome}>${t("behaviour.usual")}</option>
        ${groups.map(([channel, fresh]) => html`<optgroup key=${channel} label=${t(`behaviour.channel.${channel}`)}>
          ${fresh.map((outcome) => html`<option key=${outcome} value=${outcome} selected=${outcome === behaviour.outcome}>${outcome}</option>`)}
        </optgroup>`)}
      </select>
    </label>
    ${field("description", { placeholder: t("behaviour.description.hint") })}
    ${field("delay_seconds", { type: "number", min: 0, step: "any", required: true })}
    ${field("carrier", { placeholder: t("behaviour.carrier.hint") })}
    <label><span>${t("behaviour.answers")}</span>
      <select name="answers">${ANSWERS.map((each) => html`<option key=${each} value=${each} selected=${each === behaviour.answers}>${t(`behaviour.answers.${each}`)}</option>`)}</select>
    </label>
    ${field("presses", { placeholder: "1 42#", pattern: "[0-9*#\\s]*", title: t("behaviour.presses.hint") })}
    ${field("says", { placeholder: t("call.silence") })}
    ${["rcs", "reads_rcs", "whatsapp", "reads_whatsapp"].map(check)}
    <p class="hint">${t("behaviour.note")}</p>
  </form>`;
}
