/* A call as the phone shows it: it rings, speaks, accepts keys, and can be played back afterwards. */

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

/** Plays the sound, which the server renders on request; its error says what is missing for that. */
function listen(message, place) {
  const { audio_href: source } = message.voice;
  const showError = attempt(async () => {
    const response = await fetch(source);
    const why = response.ok ? "This browser cannot play the sound." : (await response.json()).error;
    place.replaceChildren(make("p", { class: "hint" }, why));
  });
  const player = make("audio", { src: source, controls: true, "aria-label": "What was said", error: showError });
  place.replaceChildren(player);
  player.play().catch(() => { /* the listener for its errors shows them */ });
}

/** Creates the card of a call; `draw` updates it in place, so that a key keeps the focus during the call. */
export function makeCall(first) {
  let message = first;
  const button = (text, what, body, properties = {}) =>
    make("button", { type: "button", ...properties, click: () => order(message, what, body) }, text);
  const head = make("b");
  const length = make("span", { class: "length" });
  const phase = make("small");
  const ring = make("div", { class: "ring", role: "group", "aria-label": "Answer the call" },
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
    head.textContent = HEADS[status] ?? "Failed call";
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

/** Returns the notes in the line below a call. */
export function callNotes(message) {
  const { voice } = message;
  return [voice.voice_id, voice.duration_seconds ? counted(voice.duration_seconds, "second") : null];
}

/** Reloads the live calls on the page: the stream has no event for the next step of a call. */
export const refreshCalls = attempt(async (draw, messageId = null) => {
  const live = [...open.rows.values()].filter(({ message }) => isLive(message) && [null, message.message_id].includes(messageId));
  for (const { message } of live) draw(await get(`messages/${encodeURIComponent(message.message_id)}`));
});

/** Runs every second: updates the duration of calls, and on a running clock what has happened in them. */
export function tickCalls(draw) {
  const live = [...open.rows.values()].filter(({ message }) => isLive(message));
  for (const row of live) row.card.draw(row.message);
  if (live.length && clock.mode === "running") refreshCalls(draw);
}
