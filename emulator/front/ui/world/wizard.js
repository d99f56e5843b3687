/* A first text in three steps on the real API, each with its code: lease a number, make a configuration set, send. */

import { Refused, sms } from "../api.js";
import { snippets } from "../detail/snippets.js";
import { href } from "../router.js";
import { t } from "../text.js";
import { copy } from "../toasts.js";
import { html, useState } from "../vendor/preact.js";
import { Head, useScope } from "./scope.js";

const SERVICE = "pinpoint-sms-voice-v2";
const SHOWN = ["boto3", "CLI", "JavaScript"];

const STEPS = [
  {
    name: "lease",
    operation: "RequestPhoneNumber",
    fields: () => ({ IsoCountryCode: "US", MessageType: "TRANSACTIONAL", NumberCapabilities: ["SMS"], NumberType: "TEN_DLC" }),
  },
  {
    name: "set",
    operation: "CreateConfigurationSet",
    fields: () => ({ ConfigurationSetName: "first-steps" }),
  },
  {
    name: "send",
    operation: "SendTextMessage",
    fields: ([number]) => ({
      DestinationPhoneNumber: "+14255550100",
      OriginationIdentity: number?.PhoneNumber ?? "",
      MessageBody: t("welcome.body"),
      MessageType: "TRANSACTIONAL",
      ConfigurationSetName: "first-steps",
    }),
  },
];

function Code({ made }) {
  const ways = snippets(made).filter(([name]) => SHOWN.includes(name));
  const [way, setWay] = useState(SHOWN[0]);
  const code = ways.find(([name]) => name === way)[1];
  return html`<div class="tabs" role="tablist" aria-label=${t("copy.as")}>${ways.map(([name]) => html`<button key=${name} type="button" role="tab" aria-selected=${name === way} onClick=${() => setWay(name)}>${name}</button>`)}</div>
    <div class="json"><button type="button" class="small" aria-label=${t("copy.what", { what: way })} onClick=${() => copy(code)}>${t("copy")}</button><pre tabindex="0" aria-label=${way}>${code}</pre></div>`;
}

function Step({ step, place, scope, answers, done }) {
  const [refusal, setRefusal] = useState("");
  const answer = answers[place];
  const fields = step.fields(answers);
  const run = async () => {
    setRefusal("");
    try {
      done(place, await sms(scope, step.operation, fields));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefusal(error.message);
    }
  };
  return html`<li class="tile" data-step=${step.name} aria-current=${place === answers.length ? "step" : null}>
    <h3>${place + 1} · ${t(`wizard.${step.name}`)}</h3>
    <p class="hint">${t(`wizard.${step.name}.help`)}</p>
    <${Code} made=${{ service: SERVICE, operation: step.operation, fields, ...scope }} />
    <p class="refusal" role="alert">${refusal}</p>
    <div class="row">
      ${answer && html`<output>${t("wizard.done")}</output>`}
      ${answer?.MessageId && html`<a class="button" href=${href("phones", [fields.DestinationPhoneNumber])}>${t("wizard.see")}</a>`}
      <button type="button" class="primary" disabled=${place > answers.length} onClick=${run}>${t("wizard.run")}</button>
    </div>
  </li>`;
}

export function Wizard() {
  const scope = useScope();
  const [answers, setAnswers] = useState([]);
  if (scope === null) return html`<p class="hint">${t("loading")}</p>`;
  const done = (place, answer) => setAnswers([...answers.slice(0, place), answer]);
  return html`
    <${Head} name="wizard" scoped />
    <ol class="tiles" id="wizard">${STEPS.map((step, place) => html`<${Step} key=${step.name} step=${step} place=${place} scope=${scope} answers=${answers} done=${done} />`)}</ol>`;
}

