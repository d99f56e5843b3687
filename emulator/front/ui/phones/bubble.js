/* A message of a conversation: a bubble with what the phone shows, and a line about it. */

import { arrived, costOf, failed, nearEnd, tick } from "../messages.js";
import { go, href } from "../router.js";
import { memo } from "../store.js";
import { dollars, t, timeText } from "../text.js";
import { html } from "../vendor/preact.js";
import { Call } from "./call.js";
import { File, Rich } from "./content.js";
import { PushContent } from "./push.js";
import { RichContent, Suggestions, kindOf } from "./rcs.js";
import { Actions, Below, Note, WhatsAppContent, isNote, refusalOf } from "./whatsapp.js";

const PARTS = "a, button, audio, video, .carousel, dialog"; // the parts of a bubble that handle clicks themselves

function Fallback({ message, nameOf }) {
  if (!message.history.some((entry) => entry.status === "FALLEN_BACK_TO_SMS")) return null;
  return html`<small class="fallback">${t("bubble.fallback", { channel: message.channel.toUpperCase(), from: nameOf(message.from) })}</small>`;
}

/** By channel, what a bubble contains; the rest is text with files. */
const CONTENT = {
  voice: ({ message }) => html`<${Call} message=${message} />`,
  rcs: ({ message }) => (message.rcs ? html`<${RichContent} message=${message} />` : html`<${Plain} message=${message} />`),
  push: ({ message }) => html`<${PushContent} message=${message} />`,
  whatsapp: ({ message }) => (message.whatsapp ? html`<${WhatsAppContent} message=${message} />` : html`<${Plain} message=${message} />`),
};

function Plain({ message }) {
  return html`${(message.media ?? []).map((file) => html`<${File} key=${file.href} file=${file} />`)}<${Rich} text=${message.body} code=${message.code} />`;
}

export function Content({ message, nameOf = (name) => name }) {
  const Shown = CONTENT[message.channel] ?? Plain;
  return html`<${Fallback} message=${message} nameOf=${nameOf} /><${Shown} message=${message} />`;
}

function notesOf(message) {
  const { voice, push, channel, parts, media } = message;
  if (voice) return [voice.voice_id, voice.duration_seconds && t("call.seconds", { count: voice.duration_seconds })];
  if (push) return [push.platform];
  if (channel === "mms") return [media.length > 0 && t("bubble.files", { count: media.length })];
  if (channel === "rcs" || channel === "whatsapp") return [parts > 1 && t("bubble.parts", { count: parts })];
  return [t("bubble.parts", { count: parts }), message.encoding];
}

/** The line below a bubble: tick, status and time, and on the pointer or focus what it was made of and cost. */
function Meta({ message, choose }) {
  const description = refusalOf(message) ?? message.history.at(-1)?.description;
  const isPriced = message.direction === "outbound" && (message.final || !message.voice); // the price of a call depends on its duration
  const notes = [...notesOf(message), isPriced && dollars(costOf(message))].filter(Boolean).join(" · ");
  const channel = message.channel === "sms" ? "" : `${message.channel.toUpperCase()} `;
  return html`<button type="button" class="meta" title=${[description, message.requested_at].filter(Boolean).join("\n")} onClick=${choose}>
    <span class="tick" aria-hidden="true">${tick(message)}</span><span class="status">${channel}${message.status}</span>
    <time>${timeText(message.requested_at)}</time><small>${notes}</small>
    ${failed(message) && description && html`<span class="why">${description}</span>`}
  </button>`;
}

const isRead = ({ status, whatsapp }) => status === "READ" || status === "PLAYED" || whatsapp?.is_read === true;

/** `day` and `end` are shown above the bubble where they differ from those of the message before. */
export const Bubble = memo(({ message, day, end, chosen, number, tab, nameOf }) => {
  const choose = () => go(href("phones", [number, message.message_id], { tab }));
  const look = { failed: failed(message), arrived: arrived(message), read: isRead(message), chosen, note: isNote(message) };
  const classes = [message.direction, ...Object.keys(look).filter((name) => look[name])].join(" ");
  return html`<li class=${classes} data-id=${message.message_id} data-end=${nearEnd(message)}>
    ${day && html`<p class="day">${day}</p>`}
    ${end && html`<p class="end" title=${nearEnd(message)}>${t(message.direction === "outbound" ? "bubble.from" : "bubble.to", { name: end })}</p>`}
    <div class="bubble" dir="auto" data-kind=${message.rcs ? kindOf(message) : message.channel} onClick=${({ target }) => target.closest(PARTS) || choose()}>
      ${look.note ? html`<${Note} message=${message} />` : html`<${Content} message=${message} nameOf=${nameOf} />`}
    </div>
    ${message.whatsapp && !look.note && html`<div class="below"><${Below} message=${message} /></div>`}
    ${message.rcs && html`<div class="below"><${Suggestions} message=${message} /></div>`}
    <div class="foot"><${Meta} message=${message} choose=${choose} />${message.whatsapp && !look.note && html`<${Actions} message=${message} />`}</div>
  </li>`;
});

/** A message that was refused, and so never sent: what AWS answered, and a hint. */
export function Ghost({ request }) {
  const text = request.request?.MessageBody ?? request.request?.Message ?? t("ghost.no-text");
  return html`<li class="outbound ghost" data-request=${request.request_id}>
    <div class="bubble" dir="auto">${text}</div>
    <p class="meta"><span class="tick" aria-hidden="true">⊘</span><a class="status" href=${href("requests", [request.request_id])}>${t("ghost.refused", { error: request.reason ?? request.error })}</a>
      <time>${timeText(request.at)}</time>${request.hint && html`<span class="why">${request.hint}</span>`}</p>
  </li>`;
}
