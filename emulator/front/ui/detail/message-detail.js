/* All about one message, in tabs: what it is, what became of it, its event records, its JSON, and the handset. */

import { get, pathTo } from "../api.js";
import { useDebounced, useLive } from "../live.js";
import { useInOrder } from "../loading.js";
import { PHONE_NUMBER, failed, farEnd } from "../messages.js";
import { href } from "../router.js";
import { dollars, duration, momentText, t, timeText } from "../text.js";
import { copy } from "../toasts.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { Behaviour } from "../phones/behaviour.js";
import { Content } from "../phones/bubble.js";
import { Suggestions } from "../phones/rcs.js";
import { Event } from "./events.js";
import { Facts, Json } from "./json.js";
import { CopyAs, callOf } from "./snippets.js";
import { Tabs } from "./tabs.js";

/** Loads a message with its events, and again whenever something happens to it; also returns how to load it again. */
function useMessage(id) {
  const [message, setMessage] = useState(null);
  const load = useInOrder(() => get(pathTo("messages", id)), setMessage);
  const reload = useDebounced(load, 150);
  useEffect(() => { setMessage(null); load(); }, [id]);
  useLive("messages", (batch) => { if (batch.some((each) => each.message.message_id === id)) reload(); });
  useLive("dtmf", ({ message_id: pressed }) => { if (pressed === id) reload(); });
  // A delivery happens after the stream's event for the message, and has no event of its own.
  const isWaiting = message?.events.some((event) => event.deliveries.some(({ status }) => status === "PENDING"));
  useEffect(() => { if (isWaiting) reload(); }, [message]);
  return [message?.message_id === id ? message : null, load];
}

function Timeline({ message }) {
  const accepted = message.direction === "outbound" ? [{ status: "ACCEPTED", at: message.requested_at, description: message.operation }] : [];
  const since = (moment) => t("detail.since", { time: duration((Date.parse(moment) - Date.parse(message.requested_at)) / 1000) });
  return html`<ol class="timeline">${[...accepted, ...message.history].map((entry, place) => html`<li key=${place}>
    <b>${entry.status}</b>${" "}
    <time title=${entry.at}>${timeText(entry.at)}${entry.at === message.requested_at ? "" : ` ${since(entry.at)}`}</time>
    ${entry.description && html`<p>${entry.description}</p>`}
  </li>`)}</ol>`;
}

/** Returns what only messages of one channel have. */
function channelFacts({ voice, push, whatsapp }) {
  if (voice) {
    return [
      [t("fact.voice"), `${voice.voice_id} · ${voice.text_type}`],
      [t("fact.duration"), voice.duration_seconds === null ? null : duration(voice.duration_seconds)],
      [t("fact.keys"), voice.digits],
      [t("fact.steps"), voice.steps.join(" → ")],
    ];
  }
  if (whatsapp) return [["wamid", whatsapp.wamid], [t("fact.type"), whatsapp.type], [t("fact.category"), whatsapp.category]];
  if (!push) return [];
  const data = push.data && Object.keys(push.data).length ? JSON.stringify(push.data) : null;
  return [[t("fact.platform"), push.platform], [t("fact.token"), push.token], [t("fact.title"), push.title], [t("fact.data"), data], [t("fact.opens"), push.url], [t("fact.priority"), push.priority]];
}

const Copied = ({ text }) => html`<button type="button" class="code" title=${t("copy")} onClick=${() => copy(text)}>${text}</button>`;

function About({ message }) {
  const outbound = message.direction === "outbound";
  const context = Object.keys(message.context).length ? JSON.stringify(message.context) : null;
  const made = callOf(message);
  const why = failed(message) && message.history.at(-1)?.description;
  return html`
    <div class="preview ${message.direction} ${failed(message) ? "failed" : ""}"><div class="bubble" dir="auto"><${Content} message=${message} /></div>
      ${message.rcs && html`<${Suggestions} message=${message} />`}</div>
    ${why && html`<p class="refusal">${message.status}: ${why}</p>`}
    <div class="line">
      ${message.code && html`<button type="button" class="primary small" id="copy-code" onClick=${() => copy(message.code)}>${t("detail.copy-code", { code: message.code })}</button>`}
      <a class="button small" href=${href("phones", [farEnd(message), message.message_id])}>${t("detail.conversation")}</a>
      <a class="button small" href=${href("requests", [], { message: message.message_id })}>${t("detail.request")}</a>
    </div>
    ${made && html`<${CopyAs} made=${made} />`}
    <${Facts} rows=${[
      [t("fact.id"), html`<${Copied} text=${message.message_id} />`],
      [t("fact.from"), message.from], [t("fact.to"), message.to],
      [t("fact.status"), message.status], [t("fact.channel"), message.channel],
      [t("fact.parts"), message.voice || message.push ? null : `${message.parts} · ${message.encoding}`],
      ...channelFacts(message),
      [t("fact.price"), outbound ? t("detail.price", { price: dollars(message.price), fee: dollars(message.carrier_fee) }) : null],
      [t("fact.message-type"), message.message_type], [t("fact.country"), message.country], [t("fact.carrier"), message.carrier],
      [t("fact.configuration-set"), message.configuration_set], [t("fact.context"), context], [t("fact.feedback"), message.feedback],
      [t("fact.account"), `${message.account} ${message.region}`], [t("fact.requested"), momentText(message.requested_at)],
    ]} />`;
}

function Events({ message, changed }) {
  if (message.events.length === 0) return html`<p class="hint">${t(message.direction === "outbound" ? "detail.no-events" : "detail.not-forwarded")}</p>`;
  return html`<div id="events-of-message">${message.events.map((event, place) => html`<${Event} key=${place} event=${event} changed=${changed} />`)}</div>`;
}

function Raw({ message }) {
  const { events, ...rest } = message;
  return html`<${Json} value=${rest} label=${t("detail.json")} />`;
}

/** `tab` is the name of the tab that is shown, `choose` is called with another; `behaviour` comes from `useBehaviour`. */
export function MessageDetail({ id, tab, choose, behaviour, changeBehaviour, number }) {
  const [message, reload] = useMessage(id);
  if (!message) return html`<p class="hint loading">${t("loading")}</p>`;
  const tabs = [
    ["message", t("detail.message"), () => html`<${About} message=${message} />`],
    ["timeline", t("detail.timeline"), () => html`<${Timeline} message=${message} />`],
    ["events", t("detail.events", { count: message.events.length }), () => html`<${Events} message=${message} changed=${reload} />`],
    ["json", "JSON", () => html`<${Raw} message=${message} />`],
  ];
  if (PHONE_NUMBER.test(number ?? farEnd(message))) {
    tabs.push(["handset", t("detail.handset"), () => html`<${Behaviour} behaviour=${behaviour} change=${changeBehaviour} />`]);
  }
  return html`<div id="message-detail" data-message=${message.message_id}>
    <${Tabs} id="detail-tabs" label=${t("detail.title")} tabs=${tabs} current=${tab} choose=${choose} />
  </div>`;
}
