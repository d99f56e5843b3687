/* Rich messages: text, file, card or carousel, and their suggestions. */

import { call, pathTo } from "../api.js";
import { arrived, farEnd } from "../messages.js";
import { parts, t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html } from "../vendor/preact.js";
import { Address, File, Rich } from "./content.js";

/** By kind of suggestion: its symbol, and what the phone does when it is tapped. */
const KINDS = {
  Reply: ["↩", () => null],
  OpenUrl: ["↗", ({ Url }) => parts("rcs.opens", { address: html`<${Address}>${Url}<//>` })],
  DialPhone: ["☎", ({ PhoneNumber }) => t("rcs.dials", { number: PhoneNumber })],
  ShowLocation: ["◎", ({ Label, Latitude, Longitude }) => t("rcs.shows", { place: [Label, `${Latitude}, ${Longitude}`].filter(Boolean).join(" · ") })],
  RequestLocation: ["◎", () => t("rcs.asks-location")],
  CreateCalendarEvent: ["+", ({ Title, StartTime, EndTime }) => t("rcs.calendar", { title: Title, from: StartTime, to: EndTime })],
};

const tap = attempt(async (message, text) => {
  const { suggestion } = await call("POST", `${pathTo("handsets", farEnd(message))}/taps`, { text, message_id: message.message_id });
  const [[kind, action]] = Object.entries(suggestion);
  const does = KINDS[kind][1](action);
  if (does) toast(does);
});

export function Suggestions({ message, suggestions = message.rcs.Suggestions }) {
  if (!suggestions?.length) return null;
  return html`<div class="chips" role="group" aria-label=${t("rcs.suggestions")}>
    ${suggestions.map((suggestion) => {
      const [[kind, action]] = Object.entries(suggestion);
      return html`<button type="button" data-kind=${kind} title=${kind} disabled=${!arrived(message)} onClick=${() => tap(message, action.Text)}>
        <span aria-hidden="true">${KINDS[kind][0]}</span>${" "}${action.Text}
      </button>`;
    })}
  </div>`;
}

function CardFile({ message, file: { FileUrl, ThumbnailUrl } }) {
  const held = (address) => message.media.find((file) => file.url === address && file.size);
  return html`<${File} file=${held(FileUrl) ?? { url: FileUrl, content_type: "", size: 0 }} poster=${held(ThumbnailUrl)?.href} />`;
}

function Card({ message, card, layout }) {
  return html`<div class="card" data-layout=${layout}>
    ${card.Media && html`<${CardFile} message=${message} file=${card.Media} />`}
    <div class="card-text">${card.Title && html`<b>${card.Title}</b>`}${card.Description && html`<p><${Rich} text=${card.Description} /></p>`}</div>
    <${Suggestions} message=${message} suggestions=${card.Suggestions ?? []} />
  </div>`;
}

const CONTENT = {
  TextMessage: (message, { Body }) => html`<${Rich} text=${Body} code=${message.code} />`,
  FileMessage: (message, file) => html`<${CardFile} message=${message} file=${file} />`,
  RichCard: (message, { CardContent, CardOrientation, ThumbnailImageAlignment }) =>
    html`<${Card} message=${message} card=${CardContent} layout=${CardOrientation === "HORIZONTAL" ? ThumbnailImageAlignment ?? "LEFT" : "VERTICAL"} />`,
  Carousel: (message, { CardContents, CardWidth }) => html`
    <div class="carousel" data-width=${CardWidth} tabindex="0" role="group" aria-label=${t("rcs.carousel", { count: CardContents.length })}>
      ${CardContents.map((card) => html`<${Card} message=${message} card=${card} layout="VERTICAL" />`)}
    </div>`,
};

/** Returns the kind of a rich message: TextMessage, FileMessage, RichCard or Carousel. */
export const kindOf = (message) => Object.keys(message.rcs.Content)[0];

export function RichContent({ message }) {
  const kind = kindOf(message);
  return CONTENT[kind](message, message.rcs.Content[kind]);
}
