/* Writing by WhatsApp: texts, files, voice notes, places and contacts to a business, with the window in which it may write freely. */

import { call, get, pathTo } from "../api.js";
import { clock } from "../clock.js";
import { useDebounced, useLive } from "../live.js";
import { useInOrder } from "../loading.js";
import { PHONE_NUMBER, farEnd } from "../messages.js";
import { momentText, t, word } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { ContactSheet, LocationSheet } from "./whatsapp-sheets.js";
import { fileMessage, sendWhatsApp } from "./whatsapp-send.js";

const PREFIX = "whatsapp:";

/** Returns the choice of the composer that is a business by WhatsApp. */
export const byWhatsApp = (number) => `${PREFIX}${number}`;
export const isWhatsApp = (target) => target.startsWith(PREFIX);
export const numberOf = (target) => (isWhatsApp(target) ? target.slice(PREFIX.length) : target);

/** Returns the businesses that a handset can write to by WhatsApp, null at first, and a function that loads them again. */
export function useBusinesses(number) {
  const [state, setState] = useState({ businesses: PHONE_NUMBER.test(number) ? null : [] });
  const load = useInOrder(() => get(`${pathTo("handsets", number)}/whatsapp`), setState);
  const reload = useDebounced(load, 150);
  useEffect(() => { if (PHONE_NUMBER.test(number)) load(); }, [number]);
  useLive("messages", (batch) => { if (batch.some(({ message }) => message.channel === "whatsapp" && farEnd(message) === number)) reload(); });
  useLive("clock", () => { if (state.businesses?.length) reload(); });
  useLive("request", ({ service }) => { if (service === "socialmessaging" && PHONE_NUMBER.test(number)) reload(); });
  // The stream has no event for the next step of a call.
  const inCall = state.businesses?.some(({ calls }) => calls.length > 0) ?? false;
  useEffect(() => {
    if (!inCall) return undefined;
    const timer = setInterval(() => { if (clock.get().mode === "running") load(); }, 1000);
    return () => clearInterval(timer);
  }, [inCall, number]);
  return [state.businesses, load];
}

/** Switches between texts and WhatsApp where a number takes both. */
export function ChannelSwitch({ target, targets, choose }) {
  const number = numberOf(target);
  const both = [number, byWhatsApp(number)];
  if (!both.every((value) => targets.some((row) => row.value === value))) return null;
  return html`<span class="segments" role="group" aria-label=${t("whatsapp.by-channel")}>
    ${both.map((value) => html`<button key=${value} type="button" class="small" data-channel=${isWhatsApp(value) ? "whatsapp" : "sms"} aria-pressed=${value === target} onClick=${() => choose(value)}>${t(isWhatsApp(value) ? "channel.whatsapp" : "channel.sms")}</button>`)}
  </span>`;
}

/** The calls that ring or go on, from and to any business, each with what its user can do about it. */
export function Calls({ number, businesses, reload }) {
  const act = attempt(async (what, id) => {
    await call("POST", `${pathTo("handsets", number)}/whatsapp-calls/${what}`, { call_id: id });
    reload();
  });
  return businesses.flatMap(({ display_name: name, calls }) => calls.map(({ call_id: id, status, from_user: isOwn }) => {
    const isIncoming = status === "ringing" && !isOwn;
    return html`<div key=${id} class="wa-call" data-status=${status} role="group" aria-label=${t("whatsapp.call-with", { name })}>
      <span class="call-sign" aria-hidden="true">☎</span>
      <span class="wa-caller" role="status"><b dir="auto">${name}</b> ${isIncoming ? t("call.incoming") : word("calling", status)}</span>
      ${isIncoming && html`<button type="button" class="small primary" data-call="answer" onClick=${() => act("answer", id)}>${t("call.answer")}</button>`}
      <button type="button" class="small danger" data-call="hangup" onClick=${() => act("hangup", id)}>${t(isIncoming ? "whatsapp.decline" : "call.hang-up")}</button>
    </div>`;
  }));
}

/** Says until when the business may write freely; reads what it has sent, and calls it. */
export function Business({ number, business, reload }) {
  const handset = pathTo("handsets", number);
  const readAll = attempt(async () => {
    const { message_ids: read } = await call("POST", `${handset}/whatsapp/read`, {});
    toast(t("whatsapp.read", { count: read.length }));
  });
  const ring = attempt(async () => {
    await call("POST", `${handset}/whatsapp-calls`, { to: business.phone_number_id });
    reload();
  });
  const { window_ends: ends, calls } = business;
  return html`<div class="wa-line">
    <span class="wa-window ${ends ? "open" : ""}"><b>${business.display_name}</b> · ${ends ? t("whatsapp.window-open", { until: momentText(ends) }) : t("whatsapp.window-closed")}</span>
    <span class="quick"><button type="button" class="small" id="read-all" onClick=${readAll}>${t("whatsapp.read-all")}</button>
      <button type="button" class="small" id="call-business" disabled=${calls.length > 0} onClick=${ring}>${t("whatsapp.call-business")}</button></span>
  </div>`;
}

const SHEETS = { location: LocationSheet, contact: ContactSheet };

/** The button beside the text, with the choice of what else to send. */
export function Attach({ number, to, sent }) {
  const [sheet, setSheet] = useState(null);
  const menu = useRef(null);
  const files = useRef(null);
  const note = useRef(null);
  const choose = (action) => () => { menu.current.hidePopover(); action(); };
  const send = attempt(async (input, voice) => {
    for (const file of [...input.files]) if (await sendWhatsApp(number, to, await fileMessage(file, { voice }))) sent();
    input.value = "";
  });
  const Sheet = SHEETS[sheet];
  return html`
    <input id="wa-file" ref=${files} type="file" multiple hidden aria-label=${t("composer.files")} onChange=${({ currentTarget }) => send(currentTarget, false)} />
    <input id="wa-voice" ref=${note} type="file" accept="audio/*" hidden aria-label=${t("whatsapp.voice-note")} onChange=${({ currentTarget }) => send(currentTarget, true)} />
    <button type="button" id="wa-attach" aria-label=${t("whatsapp.attach")} title=${t("whatsapp.attach")} popovertarget="wa-menu">+</button>
    <div id="wa-menu" ref=${menu} class="panel" popover="auto" role="group" aria-label=${t("whatsapp.attach")}>
      <button type="button" data-send="file" onClick=${choose(() => files.current.click())}>${t("whatsapp.send-file")}</button>
      <button type="button" data-send="voice" onClick=${choose(() => note.current.click())}>${t("whatsapp.send-voice")}</button>
      <button type="button" data-send="location" onClick=${choose(() => setSheet("location"))}>${t("whatsapp.send-location")}</button>
      <button type="button" data-send="contact" onClick=${choose(() => setSheet("contact"))}>${t("whatsapp.send-contact")}</button>
    </div>
    ${Sheet && html`<${Sheet} number=${number} to=${to} close=${() => { setSheet(null); sent(); }} />`}`;
}
