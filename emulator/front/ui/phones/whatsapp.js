/* A WhatsApp message as the phone shows it: header, text, footer and buttons, cards, files, places, contacts and orders. */

import { call, pathTo } from "../api.js";
import { Icon } from "../icons.js";
import { arrived, farEnd } from "../messages.js";
import { href } from "../router.js";
import { t, word } from "../text.js";
import { attempt, copy, toast } from "../toasts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { Address, File } from "./content.js";
import { VoiceNote } from "./voice-note.js";
import { dialogOf } from "./whatsapp-sheets.js";
import { Marked } from "./whatsapp-text.js";

const EMOJIS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const NOTES = new Set(["reaction", "edit", "revoke"]);
const MEDIA = new Set(["image", "video", "audio", "document", "sticker"]);

/** Tells whether a message only changes another one, so that the phone shows no bubble for it. */
export const isNote = ({ whatsapp }) => whatsapp !== undefined && NOTES.has(whatsapp.type);

/** Says what a message was that only changes another one. */
export function Note({ message }) {
  const { type, content } = message.whatsapp;
  const emoji = content.reaction?.emoji;
  const whose = message.direction === "inbound" ? "you" : "they";
  if (type === "reaction") return html`<span>${t(emoji ? `whatsapp.note.${whose}-reacted` : `whatsapp.note.${whose}-unreacted`, { emoji })}</span>`;
  return html`<span>${t(`whatsapp.note.${type}`)}</span>`;
}

const handset = (message) => pathTo("handsets", farEnd(message));

const tap = attempt((message, text, place = 0) => call("POST", `${handset(message)}/taps`, { text, message_id: message.message_id, place }));

const ring = attempt(async (message) => {
  const { status } = await call("POST", `${handset(message)}/whatsapp-calls`, { to: message.from });
  toast(t("whatsapp.calls", { status: word("calling", status) }));
});

// --- Buttons ----------------------------------------------------------------------------------------------------------

const SIGNS = { quick_reply: "↩", url: "↗", copy_code: "⧉", phone_number: "☎", voice_call: "☎", list: "☰", flow: "▤", send_location: "◎", catalog: "☷", mpm: "☷", product: "☷", address: "▤" };

/** By type of button, what a tap does; the rest opens a sheet or is a quick reply. */
const TAPS = {
  copy_code: (message, { code }) => copy(code),
  phone_number: (message, button) => toast(t("rcs.dials", { number: button.phone_number ?? "" })),
  voice_call: ring,
};

/** `before` are the buttons above these in the message: of those with the same text, the place tells which was tapped. */
function Buttons({ message, buttons, before = [] }) {
  const [sheet, setSheet] = useState(null);
  if (!buttons.length) return null;
  const Sheet = sheet && dialogOf(sheet.type);
  return html`<div class="wa-buttons" role="group" aria-label=${t("whatsapp.buttons")}>
    ${buttons.map((button, place) => {
      const { type, text } = button;
      const inside = html`<span aria-hidden="true">${SIGNS[type] ?? SIGNS.quick_reply}</span> ${text}`;
      if (type === "url" && /^https?:/i.test(button.url)) return html`<a key=${place} class="button" data-type="url" href=${button.url} target="_blank" rel="noopener noreferrer">${inside}</a>`;
      if (type === "url") return html`<span key=${place} class="button">${inside}: <${Address}>${button.url}<//></span>`;
      const act = () => {
        if (TAPS[type]) TAPS[type](message, button);
        else if (dialogOf(type)) setSheet(button);
        else tap(message, text, before.filter((other) => other.text === text).length);
      };
      return html`<button key=${place} type="button" data-type=${type} disabled=${!arrived(message)} onClick=${act}>${inside}</button>`;
    })}
    ${Sheet && html`<${Sheet} message=${message} button=${sheet} close=${() => setSheet(null)} choose=${(text, place) => { setSheet(null); tap(message, text, place); }} />`}
  </div>`;
}

/** Returns the buttons of a message: those that are shown, those that only can be tapped, and what its kind opens. */
function buttonsOf({ type, content, shown, choices }) {
  const buttons = (shown.buttons ?? []).map((button) => (button.type === "otp" ? { ...button, type: "copy_code" } : button));
  const cards = shown.cards ?? [];
  const named = new Set([...buttons, ...cards.flatMap((card) => card.buttons ?? [])].map(({ text }) => text));
  const isList = buttons.some((button) => button.type === "list");
  const further = isList ? [] : choices.filter((text) => !named.has(text)).map((text) => ({ type: "quick_reply", text }));
  const action = content.interactive?.action;
  const opens = {
    "interactive.product": () => ({ type: "product", text: t("whatsapp.view-product"), catalog: action.catalog_id, items: [action.product_retailer_id] }),
    "interactive.product_list": () => ({ type: "product", text: t("whatsapp.view-items"), catalog: action.catalog_id, items: action.sections.flatMap((section) => section.product_items.map((item) => item.product_retailer_id)) }),
    "interactive.catalog_message": () => ({ type: "catalog", text: t("whatsapp.view-catalog"), items: [action.parameters?.thumbnail_product_retailer_id].filter(Boolean) }),
    "interactive.address_message": () => ({ type: "address", text: t("whatsapp.give-address") }),
  };
  return [...buttons, ...further, ...(opens[type] ? [opens[type]()] : [])];
}

// --- Parts ------------------------------------------------------------------------------------------------------------

function Place({ location: { latitude, longitude, name, address } }) {
  return html`<div class="wa-place">
    <span class="map" aria-hidden="true">◎</span>
    <span>${name && html`<b>${String(name)}</b>`}${address && html`<span>${String(address)}</span>`}<small dir="ltr">${latitude}, ${longitude}</small></span>
  </div>`;
}

function People({ contacts }) {
  return html`<ul class="wa-people">${contacts.map((contact, place) => html`<li key=${place}>
    <span class="face" aria-hidden="true">${[...String(contact.name?.formatted_name ?? "?")][0]}</span>
    <span><b>${contact.name?.formatted_name}</b>${[...(contact.phones ?? []), ...(contact.emails ?? [])].map(({ phone, email }) => html`<small dir="ltr">${phone ?? email}</small>`)}</span>
  </li>`)}</ul>`;
}

function Order({ order }) {
  return html`<div class="wa-order"><b>${t("whatsapp.order", { count: order.product_items.length })}</b>
    <ul>${order.product_items.map((item, place) => html`<li key=${place}>${item.quantity} × ${item.product_retailer_id} <small>${item.item_price} ${item.currency}</small></li>`)}</ul>
  </div>`;
}

function Header({ header, file }) {
  if (!header) return null;
  if (header.type === "text") return html`<b class="wa-header">${header.text}</b>`;
  if (header.location) return html`<${Place} location=${header.location} />`;
  return file ? html`<${File} file=${file} />` : null;
}

const hasFile = (header) => MEDIA.has(header?.type);

/** Returns the text of a message that Meta could not read, if it has one. */
const textOf = ({ text }) => (typeof text?.body === "string" ? text.body : "");

/** Takes the files of a message one after the other: those of its header, then those of its cards. */
function Parts({ message, shown }) {
  const files = [...message.media];
  const header = hasFile(shown.header) ? files.shift() : null;
  return html`
    <${Header} header=${shown.header} file=${header} />
    <${Marked} text=${shown.body ?? (message.body || textOf(message.whatsapp.content))} code=${message.code} />
    ${shown.footer && html`<small class="wa-footer">${shown.footer}</small>`}
    ${shown.cards && html`<div class="carousel wa-cards" tabindex="0" role="group" aria-label=${t("rcs.carousel", { count: shown.cards.length })}>
      ${shown.cards.map((card, place) => html`<div key=${place} class="card">
        <${Header} header=${card.header} file=${hasFile(card.header) ? files.shift() : null} />
        <div class="card-text"><${Marked} text=${card.body} /></div>
        <${Buttons} message=${message} buttons=${card.buttons ?? []} before=${[shown, ...shown.cards.slice(0, place)].flatMap((part) => part.buttons ?? [])} />
      </div>`)}
    </div>`}`;
}

function Files({ message, kind, content }) {
  const [file] = message.media;
  const given = content[kind] ?? {};
  if (file === undefined) return html`<span class="file"><${Address}>${given.link ?? given.id ?? ""}<//></span>`;
  if (kind === "audio" && given.voice) return html`<${VoiceNote} file=${file} />`;
  const named = given.filename ? { ...file, url: given.filename } : file;
  return html`<${File} file=${named} /><${Marked} text=${message.whatsapp.edited ?? given.caption} />`;
}

/** By type, what is shown; the rest is text. */
const CONTENT = {
  location: ({ content }) => html`<${Place} location=${content.location} />`,
  contacts: ({ content }) => html`<${People} contacts=${content.contacts} />`,
  order: ({ content }) => html`<${Order} order=${content.order} />`,
};
for (const kind of MEDIA) CONTENT[kind] = ({ message, content }) => html`<${Files} message=${message} kind=${kind} content=${content} />`;

function Answer({ content }) {
  const reply = content.interactive?.nfm_reply;
  const json = reply && typeof reply.response_json === "string" ? reply.response_json : null;
  return json && html`<code class="data">${json}</code>`;
}

function Quoted({ message, quoted }) {
  const who = t(quoted.direction === "inbound" ? "whatsapp.you" : "whatsapp.business");
  return html`<a class="quoted" href=${href("phones", [farEnd(message), quoted.message_id])} aria-label=${t("whatsapp.quoted", { who })}><b>${who}</b><span>${quoted.body || word("kind", quoted.type.split(".")[0])}</span></a>`;
}

/** Returns whether what Meta could not read, or refused, is shown only as the text that it has. */
const isReadable = ({ content, type }) => type in content || type.includes(".");

export function WhatsAppContent({ message }) {
  const { whatsapp } = message;
  const { content, shown, type, quoted, edited } = whatsapp;
  if (whatsapp.is_deleted) return html`<em class="gone">⊘ ${t("whatsapp.deleted")}</em>`;
  const Shown = isReadable(whatsapp) ? CONTENT[type] : null;
  return html`
    ${content.context?.forwarded && html`<small class="wa-footer">↪ ${t("whatsapp.forwarded")}</small>`}
    ${quoted && html`<${Quoted} message=${message} quoted=${quoted} />`}
    ${Shown ? html`<${Shown} message=${message} content=${content} />` : html`<${Parts} message=${message} shown=${edited === null ? shown : { ...shown, body: edited }} />`}
    <${Answer} content=${content} />
    ${edited !== null && html`<small class="wa-footer">${t("whatsapp.edited")}</small>`}`;
}

// --- Below the bubble -------------------------------------------------------------------------------------------------

const react = attempt((message, emoji) => call("POST", `${handset(message)}/whatsapp/react`, { emoji, message_id: message.message_id }));
const remove = attempt((message) => call("POST", `${handset(message)}/whatsapp/delete`, { message_id: message.message_id }));
const markRead = attempt((message) => call("POST", `${handset(message)}/whatsapp/read`, { message_id: message.message_id }));

function Reactions({ reactions }) {
  const given = Object.entries(reactions);
  if (!given.length) return null;
  return html`<p class="reactions">${given.map(([by, emoji]) => html`<span key=${by} title=${word("reacted", by)}><span class="hidden">${word("reacted", by)}: </span>${emoji}</span>`)}</p>`;
}

const EDITABLE = new Set(["text", "image", "video", "document"]);

function Act({ name, icon = name, label, ...properties }) {
  return html`<button type="button" class="small plain" data-act=${name} aria-label=${label} title=${label} ...${properties}><${Icon} name=${icon} /></button>`;
}

/** What the user can do with a message of their own: edit and delete it. */
function OwnActions({ message }) {
  const [isEditing, setEditing] = useState(false);
  const { whatsapp } = message;
  if (whatsapp.is_deleted) return null;
  const Edit = dialogOf("edit");
  return html`<span class="wa-actions">
    ${EDITABLE.has(whatsapp.type) && html`<${Act} name="edit" label=${t("whatsapp.edit")} onClick=${() => setEditing(true)} />`}
    <${Act} name="delete" icon="trash" label=${t("whatsapp.delete")} onClick=${() => remove(message)} />
    ${isEditing && html`<${Edit} message=${message} close=${() => setEditing(false)} />`}
  </span>`;
}

/** What the user can do with a message of a business: react to it, and read it. */
function ReceivedActions({ message }) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef(null);
  const mine = message.whatsapp.reactions.user;
  const close = () => {
    setOpen(false);
    root.current.querySelector("[data-act=react]").focus();
  };
  const choose = (emoji) => { close(); react(message, emoji); };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  useEffect(() => { if (isOpen) root.current.querySelector(".emojis button").focus(); }, [isOpen]);
  return html`<span class="wa-actions" ref=${root}>
    <${Act} name="react" label=${t("whatsapp.react")} aria-expanded=${isOpen} onClick=${() => (isOpen ? close() : setOpen(true))} />
    ${message.status === "DELIVERED" && html`<${Act} name="read" label=${t("whatsapp.mark-read")} onClick=${() => markRead(message)} />`}
    ${isOpen && html`<span class="emojis" role="group" aria-label=${t("whatsapp.react")} onKeyDown=${escape}>
      ${EMOJIS.map((emoji) => html`<button key=${emoji} type="button" class="small plain" aria-pressed=${emoji === mine} aria-label=${t("whatsapp.react-with", { emoji })} onClick=${() => choose(emoji === mine ? "" : emoji)}>${emoji}</button>`)}
    </span>`}
  </span>`;
}

/** What the user can do with a message, at the end of the line about it. */
export function Actions({ message }) {
  if (message.direction === "inbound") return html`<${OwnActions} message=${message} />`;
  return arrived(message) && html`<${ReceivedActions} message=${message} />`;
}

/** What stands below the bubble of a WhatsApp message: its buttons and reactions. */
export function Below({ message }) {
  const { whatsapp } = message;
  return html`
    ${!whatsapp.is_deleted && html`<${Buttons} message=${message} buttons=${message.direction === "outbound" ? buttonsOf(whatsapp) : []} />`}
    <${Reactions} reactions=${whatsapp.reactions} />`;
}

/** Says why Meta refused a message: its code and title, and the details. */
export function refusalOf({ whatsapp }) {
  const error = whatsapp?.error;
  if (!error) return null;
  const details = error.error_data?.details;
  return [`${error.code} ${error.title}`, details !== error.title && details].filter(Boolean).join(" · ");
}

