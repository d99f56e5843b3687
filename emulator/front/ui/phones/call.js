/* A call as the phone shows it: it rings, speaks, takes keys, and can be played back afterwards. */

import { call, get, pathTo } from "../api.js";
import { clock, nowText, useClock } from "../clock.js";
import { useLive } from "../live.js";
import { useInOrder } from "../loading.js";
import { t } from "../text.js";
import { attempt } from "../toasts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";

const KEYS = "123456789*0#";
const HEADS = {
  ACCEPTED: "call.calling", INITIATED: "call.calling", RINGING: "call.incoming", ANSWERED: "call.in", COMPLETED: "call.over",
  BUSY: "call.missed-busy", NO_ANSWER: "call.missed",
};
const PHASES = { say: "call.speaking", record: "call.listening", gather: "call.gathering" };

const order = attempt((message, what, body) => call("POST", `${pathTo("calls", message.message_id)}/${what}`, body));

function lengthOf({ history, voice }) {
  const answered = history.find((entry) => entry.status === "ANSWERED");
  if (!answered) return "";
  const passed = voice.duration_seconds ?? Math.round((Date.parse(nowText()) - Date.parse(answered.at)) / 1000);
  return `${Math.floor(passed / 60)}:${String(Math.max(0, passed) % 60).padStart(2, "0")}`;
}

/** The sound, which the server renders on request; its error says what is missing for that. */
function Sound({ source }) {
  const [state, setState] = useState({ wanted: false, problem: null });
  const player = useRef(null);
  useEffect(() => { player.current?.play().catch(() => { /* the listener for its errors shows them */ }); }, [state.wanted]);
  const explain = attempt(async () => {
    const response = await fetch(source);
    setState({ wanted: true, problem: response.ok ? t("call.cannot-play") : (await response.json()).error });
  });
  if (state.problem) return html`<p class="hint">${state.problem}</p>`;
  if (state.wanted) return html`<audio ref=${player} src=${source} controls aria-label=${t("call.said")} onError=${explain} />`;
  return html`<button type="button" onClick=${() => setState({ wanted: true, problem: null })}>${t("call.listen")}</button>`;
}

/** The stream has no event for the next step of a call, so a call that is going on is asked for. */
function useCall(first) {
  const [message, setMessage] = useState(first);
  const shown = message.final ? message : first.final || first.history.length > message.history.length ? first : message;
  const reload = useInOrder(() => get(pathTo("messages", first.message_id)), setMessage);
  useEffect(() => setMessage(first), [first]);
  useLive("dtmf", ({ message_id: id }) => { if (id === first.message_id) reload(); });
  useLive("clock", () => { if (!shown.final) reload(); });
  useEffect(() => {
    if (shown.final || first.status !== "ANSWERED") return undefined;
    reload();
    const timer = setInterval(() => { if (clock.get().mode === "running") reload(); }, 1000);
    return () => clearInterval(timer);
  }, [shown.final, first.status]);
  return shown;
}

function Button({ message, what, body, children, ...properties }) {
  return html`<button type="button" ...${properties} onClick=${() => order(message, what, body)}>${children}</button>`;
}

export function Call({ message: first }) {
  useClock();
  const message = useCall(first);
  const { status, final, voice } = message;
  const said = voice.spoken || (final ? message.body : "");
  return html`<div class="call" data-status=${status}>
    <p class="call-head">
      <span class="call-sign" aria-hidden="true">☎</span><b>${t(HEADS[status] ?? "call.failed")}</b>
      <span class="length">${lengthOf(message)}</span><small>${PHASES[voice.waits_for] ? t(PHASES[voice.waits_for]) : ""}</small>
    </p>
    ${status === "RINGING" && html`<div class="ring" role="group" aria-label=${t("call.answer-label")}>
      ${[["answer", "primary"], ["busy", ""], ["no_answer", ""]].map(([answers, look]) => html`
        <${Button} key=${answers} message=${message} what="answer" body=${{ answers }} class=${look} data-answers=${answers}>${t(`call.${answers}`)}<//>`)}
    </div>`}
    ${said && html`<p class="said ${voice.spoken ? "" : "unheard"}" aria-label=${t("call.said")}>${said}</p>`}
    ${!final && voice.waits_for && html`<div class="keypad" role="group" aria-label=${t("call.keypad")}>
      ${[...KEYS].map((key) => html`<${Button} key=${key} message=${message} what="dtmf" body=${{ digits: key }} data-key=${key}>${key}<//>`)}
      <${Button} message=${message} what="hangup" body=${{}} class="danger" data-hang-up="">${t("call.hang-up")}<//>
    </div>`}
    ${voice.digits && html`<p class="hint keys">${t("call.pressed", { keys: voice.digits })}</p>`}
    ${voice.recordings.length > 0 && html`<div class="recordings">
      ${voice.recordings.map(({ step, text }) => html`<p key=${step}><small>${t("call.recorded", { step })}</small> ${text || t("call.silence")}</p>`)}
    </div>`}
    ${voice.spoken && final && html`<div class="sound"><${Sound} source=${voice.audio_href} /></div>`}
  </div>`;
}
