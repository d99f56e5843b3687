/* A call as the telephone shows it: it rings, speaks, takes keys, and can be listened to afterwards. */

import { attempt, call, get, make } from "./base.js";
import { clock, counted, nowText, open } from "./state.js";

const KEYS = "123456789*0#";
const PHASES = { say: "speaking", record: "listening", gather: "waiting for keys" };
const HEADS = {
  ACCEPTED: "Calling", INITIATED: "Calling", RINGING: "Incoming call", ANSWERED: "In a call", COMPLETED: "Call",
  BUSY: "Missed call: busy", NO_ANSWER: "Missed call",
};

const isLive = (message) => message.channel === "voice" && !message.final;

function order(message, what, body) {
  return attempt(() => call("POST", `calls/${encodeURIComponent(message.message_id)}/${what}`, body))();
}

function lengthOf(message) {
  const answered = message.history.find((entry) => entry.status === "ANSWERED");
  if (!answered) return "";
  const passed = message.voice.duration_seconds ?? Math.round((Date.parse(nowText()) - Date.parse(answered.at)) / 1000);
  return `${Math.floor(passed / 60)}:${String(Math.max(0, passed) % 60).padStart(2, "0")}`;
}

/** Renders the sound when it is asked for: what is missing for that, the server says in its refusal. */
function listen(message, place) {
  const { audio_href: source } = message.voice;
  const tell = attempt(async () => {
    const response = await fetch(source);
    const why = response.ok ? "This browser cannot play the sound." : (await response.json()).error;
    place.replaceChildren(make("p", { class: "hint" }, why));
  });
  const player = make("audio", { src: source, controls: true, "aria-label": "What was said", error: tell });
  place.replaceChildren(player);
  player.play().catch(() => { /* the listener to its error tells */ });
}

/** The card of a call: `draw` brings it up to date, so that a key keeps the focus while the call goes on. */
export function makeCall(first) {
  let message = first;
  const button = (text, what, body, properties = {}) =>
    make("button", { type: "button", ...properties, click: () => order(message, what, body) }, text);
  const head = make("b");
  const length = make("span", { class: "length" });
  const phase = make("small");
  const ring = make("div", { class: "ring", role: "group", "aria-label": "Take the call" },
    button("Answer", "answer", { answers: "answer" }, { class: "primary", "data-answers": "answer" }),
    button("Busy", "answer", { answers: "busy" }, { "data-answers": "busy" }),
    button("No answer", "answer", { answers: "no_answer" }, { "data-answers": "no_answer" }));
  const keypad = make("div", { class: "keypad", role: "group", "aria-label": "Keypad" },
    ...[...KEYS].map((key) => button(key, "dtmf", { digits: key }, { "data-key": key })),
    button("Hang up", "hangup", {}, { class: "danger", "data-hang-up": "" }));
  const said = make("p", { class: "said", "aria-label": "What is said" });
  const keys = make("p", { class: "hint keys" });
  const recordings = make("div", { class: "recordings" });
  const sound = make("div", { class: "sound" }, make("button", { type: "button", click: () => listen(message, sound) }, "Listen"));
  const node = make("div", { class: "call" },
    make("p", { class: "call-head" }, make("span", { class: "call-sign", "aria-hidden": "true" }, "☎"), head, length, phase),
    ring, said, keypad, keys, recordings, sound);

  function draw(newer) {
    message = newer;
    const { status, final, voice } = message;
    node.dataset.status = status;
    head.textContent = HEADS[status] ?? "Call that did not come through";
    length.textContent = lengthOf(message);
    phase.textContent = PHASES[voice.waits_for] ?? "";
    ring.hidden = status !== "RINGING";
    keypad.hidden = final || !voice.waits_for;
    said.textContent = voice.spoken || (final ? message.body : "");
    said.hidden = !said.textContent;
    said.classList.toggle("unheard", !voice.spoken);
    keys.textContent = voice.digits ? `Keys pressed: ${voice.digits}` : "";
    keys.hidden = !voice.digits;
    recordings.replaceChildren(...voice.recordings.map(({ step, text }) =>
      make("p", {}, make("small", {}, `Recorded at ${step}: `), text || "silence")));
    sound.hidden = !voice.spoken || !final;
  }
  draw(message);
  return { node, draw };
}

/** What the bar below a call says of it. */
export function callNotes(message) {
  const { voice } = message;
  return [voice.voice_id, voice.duration_seconds ? counted(voice.duration_seconds, "second") : null];
}

/** A call says no word on the stream when it goes on to its next step, so what is live on the page is asked for again. */
export const refreshCalls = attempt(async (draw, messageId = null) => {
  const live = [...open.rows.values()].filter(({ message }) => isLive(message) && [null, message.message_id].includes(messageId));
  for (const { message } of live) draw(await get(`messages/${encodeURIComponent(message.message_id)}`));
});

/** Every second: how long a call has gone on, and on a running clock what has happened in it. */
export function tickCalls(draw) {
  const live = [...open.rows.values()].filter(({ message }) => isLive(message));
  for (const row of live) row.card.draw(row.message);
  if (live.length && clock.mode === "running") refreshCalls(draw);
}
