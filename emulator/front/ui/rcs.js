/* Rich messages: text, file, card or carousel, and their suggestions. */

import { attempt, call, handsetPath, make, toast } from "./base.js";
import { link, mediaNode, rich } from "./content.js";
import { arrived, open } from "./state.js";

/** By kind of suggestion: its symbol, and what the phone does when it is tapped. */
const KINDS = {
  Reply: ["↩", () => null],
  OpenUrl: ["↗", (action) => ["The phone opens ", link(action.Url)]],
  DialPhone: ["☎", (action) => [`The phone dials ${action.PhoneNumber}`]],
  ShowLocation: ["◎", (action) => [`The phone shows ${[action.Label, `${action.Latitude}, ${action.Longitude}`].filter(Boolean).join(" at ")}`]],
  RequestLocation: ["◎", () => ["The phone asks its user to share its location"]],
  CreateCalendarEvent: ["+", (action) => [`The phone adds “${action.Title}” to its calendar, ${action.StartTime} to ${action.EndTime}`]],
};

const tap = attempt(async (message, text) => {
  const { suggestion } = await call("POST", `${handsetPath(open.number)}/taps`, { text, message_id: message.message_id });
  const [[kind, action]] = Object.entries(suggestion);
  const does = KINDS[kind][1](action);
  if (does) toast(make("span", {}, ...does));
});

function chips(message, suggestions) {
  if (!suggestions?.length) return null;
  return make("div", { class: "chips", role: "group", "aria-label": "Suggestions" }, ...suggestions.map((suggestion) => {
    const [[kind, action]] = Object.entries(suggestion);
    const properties = { type: "button", "data-kind": kind, title: kind, disabled: !arrived(message), click: () => tap(message, action.Text) };
    return make("button", properties, make("span", { "aria-hidden": "true" }, KINDS[kind][0]), " ", action.Text);
  }));
}

function fileNode(message, { FileUrl, ThumbnailUrl }) {
  const held = (address) => message.media.find((file) => file.url === address && file.size);
  return mediaNode(held(FileUrl) ?? { url: FileUrl, content_type: "", size: 0 }, held(ThumbnailUrl)?.href);
}

function cardNode(message, card, layout) {
  return make("div", { class: "card", "data-layout": layout },
    card.Media && fileNode(message, card.Media),
    make("div", { class: "card-text" },
      card.Title && make("b", {}, card.Title),
      card.Description && make("p", {}, ...rich(card.Description))),
    chips(message, card.Suggestions));
}

const CONTENT = {
  TextMessage: (message, { Body }) => rich(Body),
  FileMessage: (message, file) => [fileNode(message, file)],
  RichCard: (message, { CardContent, CardOrientation, ThumbnailImageAlignment }) => [
    cardNode(message, CardContent, CardOrientation === "HORIZONTAL" ? ThumbnailImageAlignment ?? "LEFT" : "VERTICAL"),
  ],
  Carousel: (message, { CardContents, CardWidth }) => [
    make("div", { class: "carousel", "data-width": CardWidth, tabindex: "0", role: "group", "aria-label": `Carousel of ${CardContents.length} cards` },
      ...CardContents.map((card) => cardNode(message, card, "VERTICAL"))),
  ],
};

/** Returns the bubble's content for a rich message. */
export function richContent(message) {
  const [[kind, content]] = Object.entries(message.rcs.Content);
  return CONTENT[kind](message, content);
}

/** Returns the suggestions below the bubble. */
export const richSuggestions = (message) => chips(message, message.rcs?.Suggestions);
