/*
The console: the guide's three flows, as forms over the `sms-voice` API: register a number, have a campaign approved, send
a text now or later. Errors are shown in AWS's words.
*/

import { Refused, smsVoice } from "../api.js";
import { clock, nowText } from "../clock.js";
import { useDebounced, useLive } from "../live.js";
import { href } from "../router.js";
import { t } from "../text.js";
import { attempt } from "../toasts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Head, useScope } from "./scope.js";
import { Table } from "./table.js";

const SHOWN = 20; // how many of the newest messages sent here are listed
const SETTLED = new Set(["Delivered", "Failed", "APPROVED", "Active"]);
const TYPES = ["LongCode", "TollFree", "ShortCode", "TenDlc"];
const CATEGORIES = ["Marketing", "Alert", "Account Update", "Two-factor Authentication"];
const KINDS = ["TRANSACTIONAL", "PROMOTIONAL"];

const textOf = (control) => control.value.trim() || undefined;

function State({ text, title = null }) {
  return html`<span class="state" data-state=${SETTLED.has(text) ? text : "waiting"} title=${title}>${text}</span>`;
}

/** A form that shows the error of its last attempt; `act` is called with its elements, `done` after it. */
function Flow({ id, title, act, done, action, table, children }) {
  const [refusal, setRefusal] = useState("");
  const busy = useRef(false);
  const submit = attempt(async (event) => {
    event.preventDefault();
    if (busy.current) return;
    const { elements } = event.currentTarget;
    setRefusal("");
    busy.current = true;
    try {
      await act(elements);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefusal(error.message);
    } finally {
      busy.current = false;
    }
    await done();
  });
  return html`<section class="flow" aria-labelledby=${`${id}-title`}>
    <h3 id=${`${id}-title`}>${title}</h3>
    <form id=${id} class="fields" onSubmit=${submit}>
      ${children}
      <p class="refusal" role="alert">${refusal}</p>
      <div class="row"><button type="submit" class="primary">${action}</button></div>
    </form>
    ${table}
  </section>`;
}

function Field({ label, name, ...properties }) {
  return html`<label><span>${label}</span><input name=${name} autocomplete="off" ...${properties} /></label>`;
}

function Options({ label, name, options }) {
  return html`<label><span>${label}</span><select name=${name}>${options.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}</select></label>`;
}

function Register({ operation, numbers, done }) {
  const act = async (elements) => {
    await operation("POST", "phone-numbers", {
      PhoneNumber: elements.number.value.trim(),
      NumberType: elements.type.value,
      IsoCountryCode: textOf(elements.country)?.toUpperCase(),
      Capabilities: [...elements.can].filter((box) => box.checked).map((box) => box.value),
    });
    elements.number.value = "";
  };
  const table = html`<${Table} id="console-numbers" label=${t("console.numbers")} empty=${t("console.no-numbers")}
    heads=${[t("console.number"), t("console.type"), t("console.capabilities"), t("fact.status")]}
    rows=${numbers.map((row) => [row.PhoneNumber, row.Type, row.Capability.replaceAll(",", ", "), html`<${State} text=${row.Status} />`])} />`;
  return html`<${Flow} id="register" title=${t("console.register.title")} action=${t("console.register")} act=${act} done=${done} table=${table}>
    <${Field} label=${t("console.phone-number")} name="number" inputmode="tel" placeholder="+1-212-555-0100" required />
    <${Options} label=${t("console.type")} name="type" options=${TYPES.map((type) => [type, t(`console.type.${type}`)])} />
    <${Field} label=${t("fact.country")} name="country" defaultValue="US" maxlength="2" required />
    <fieldset class="choices"><legend>${t("console.capabilities")}</legend>
      ${[["SMS", true], ["Voice", true], ["MMS", false]].map(([value, checked]) => html`<label key=${value}><input type="checkbox" name="can" value=${value} defaultChecked=${checked} />${value}</label>`)}
    </fieldset>
  <//>`;
}

function Campaign({ operation, campaigns, done }) {
  const act = async (elements) => {
    await operation("POST", "campaigns", {
      CampaignName: elements.campaign.value.trim(),
      CampaignCategory: elements.category.value,
      SenderIdentity: elements.sender.value.trim(),
      ExpectedVolume: Number.isNaN(elements.volume.valueAsNumber) ? undefined : elements.volume.valueAsNumber,
      MessageSample: textOf(elements.sample),
    });
    elements.campaign.value = "";
  };
  const table = html`<${Table} id="console-campaigns" label=${t("console.campaigns")} empty=${t("console.no-campaigns")}
    heads=${[t("console.campaign"), t("console.category"), t("console.sender"), t("fact.status")]}
    rows=${campaigns.map((row) => [row.CampaignName, row.CampaignCategory, row.SenderIdentity, html`<${State} text=${row.Status} />`])} />`;
  return html`<${Flow} id="campaign" title=${t("console.campaign.title")} action=${t("console.submit")} act=${act} done=${done} table=${table}>
    <${Field} label=${t("console.name")} name="campaign" placeholder=${t("console.name.example")} required />
    <${Options} label=${t("console.category")} name="category" options=${CATEGORIES.map((category) => [category, category])} />
    <${Field} label=${t("console.sender")} name="sender" list="our-numbers" placeholder=${t("console.sender.hint")} required />
    <${Field} label=${t("console.volume")} name="volume" type="number" min="1" step="1" placeholder="100000" />
    <label><span>${t("console.sample")}</span><textarea name="sample" rows="2" placeholder=${t("console.sample.example")}></textarea></label>
  <//>`;
}

function Send({ operation, sent, keep, done }) {
  const [later, setLater] = useState(false);
  const at = useRef(null);
  // The input has a precision of minutes, in virtual time.
  useEffect(() => { if (later && !at.current.value) at.current.value = new Date(Date.parse(nowText()) + 3600 * 1000).toISOString().slice(0, 16); }, [later]);
  const act = async (elements) => {
    const when = elements.when.value === "later" ? new Date(`${elements.at.value}Z`).toISOString() : null;
    const fields = {
      DestinationPhoneNumber: elements.to.value.trim(),
      OriginationIdentity: elements.sender.value.trim(),
      MessageBody: elements.body.value,
      MessageType: elements.kind.value,
      DeliverySchedule: when ? { ScheduledTime: when } : { Immediate: true },
    };
    const answer = await operation("POST", "text/message", fields);
    keep({ id: answer.MessageId, to: fields.DestinationPhoneNumber, body: fields.MessageBody, when, status: answer.MessageStatus });
    elements.body.value = "";
  };
  const table = html`<${Table} id="console-sent" label=${t("console.sent")} empty=${t("console.no-sent")}
    heads=${[t("fact.to"), t("console.message"), t("console.when"), t("fact.status")]}
    rows=${sent.map((row) => [
      html`<a title=${row.id} href=${href("phones", row.status === "Scheduled" ? [row.to] : [row.to, row.id])}>${row.to}</a>`,
      row.body, row.when ? row.when.replace("T", " ").slice(0, 16) : t("console.now"), html`<${State} text=${row.status} title=${row.detail} />`,
    ])} />`;
  return html`<${Flow} id="send" title=${t("console.send.title")} action=${t("composer.send")} act=${act} done=${done} table=${table}>
    <${Field} label=${t("fact.to")} name="to" inputmode="tel" placeholder="+1-425-555-0100" required />
    <${Field} label=${t("fact.from")} name="sender" list="our-numbers" placeholder=${t("console.from.hint")} required />
    <${Options} label=${t("console.kind")} name="kind" options=${KINDS.map((kind) => [kind, t(`console.kind.${kind}`)])} />
    <label><span>${t("console.message")}</span><textarea name="body" rows="2" placeholder=${t("console.message.example")}></textarea></label>
    <fieldset class="choices" onChange=${({ target }) => { if (target.name === "when") setLater(target.value === "later"); }}><legend>${t("console.when")}</legend>
      <label><input type="radio" name="when" value="now" defaultChecked />${t("console.now")}</label>
      <label><input type="radio" name="when" value="later" />${t("console.scheduled")}</label>
      <input type="datetime-local" name="at" ref=${at} aria-label=${t("console.at")} title=${t("console.at")} required disabled=${!later} />
    </fieldset>
  <//>`;
}

export function Console() {
  const scope = useScope();
  const [{ numbers, campaigns }, setOwned] = useState({ numbers: [], campaigns: [] });
  const [sent, setSent] = useState([]); // messages that were sent here: id, to, body, when, status, detail
  const kept = useRef(sent);
  const keepSent = (rows) => {
    kept.current = rows;
    setSent(rows);
  };
  const operation = (method, path, fields) => smsVoice(scope, method, path, fields);
  const load = attempt(async () => {
    const waiting = kept.current.filter((row) => !SETTLED.has(row.status));
    const [owned, submitted, ...standing] = await Promise.all([
      operation("GET", "phone-numbers"),
      operation("GET", "campaigns"),
      ...waiting.map((row) => operation("GET", `message-status-summary?${new URLSearchParams({ MessageId: row.id })}`)),
    ]);
    const news = new Map(waiting.map((row, place) => [row.id, standing[place]]));
    keepSent(kept.current.map((row) => (news.has(row.id) ? { ...row, status: news.get(row.id).MessageStatus ?? row.status, detail: news.get(row.id).StatusDetail } : row)));
    setOwned({ numbers: owned.PhoneNumbers, campaigns: submitted.Campaigns });
  });
  const reload = useDebounced(() => { if (scope) load(); }, 100);
  useEffect(() => { if (scope) load(); }, [scope]);
  useLive("messages", reload);
  useLive("clock", reload);
  // The stream has no event for the end of a review.
  const isWaiting = [...numbers, ...campaigns].some((row) => !SETTLED.has(row.Status)) || sent.some((row) => !SETTLED.has(row.status));
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setInterval(() => { if (clock.get().mode === "running") reload(); }, 1000);
    return () => clearInterval(timer);
  }, [isWaiting]);
  if (!scope) return html`<p class="hint">${t("loading")}</p>`;
  return html`
    <${Head} name="console" scoped />
    <datalist id="our-numbers">${numbers.map((row) => html`<option key=${row.PhoneNumber} value=${row.PhoneNumber} />`)}</datalist>
    <div class="flows">
      <${Register} operation=${operation} numbers=${numbers} done=${load} />
      <${Campaign} operation=${operation} campaigns=${campaigns} done=${load} />
      <${Send} operation=${operation} sent=${sent} done=${load} keep=${(row) => keepSent([row, ...kept.current].slice(0, SHOWN))} />
    </div>`;
}
