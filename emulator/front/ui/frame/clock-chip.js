/* The clock as one chip: time and mode; inside it how time moves, steps, and what comes next. */

import { call, get, pathTo } from "../api.js";
import { clock, loadClock, moveClock, nowText, useClock } from "../clock.js";
import { Icon } from "../icons.js";
import { go, href } from "../router.js";
import { duration, momentText, dayText, minuteText, timeText, t, word } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html } from "../vendor/preact.js";

const MODES = ["running", "stepping", "frozen"];
const STEPS = [["clock.minute", 60], ["clock.hour", 3600], ["clock.day", 86400]];

const settle = attempt(async () => {
  const answer = await call("POST", "settle", {});
  const text = t("clock.settled", { count: answer.ran });
  if (answer.undelivered) toast(`${text} ${t("clock.undelivered", { count: answer.undelivered })}`, { bad: true });
  else toast(text);
  await loadClock();
});

const showMessage = attempt(async (messageId) => {
  await get(pathTo("messages", messageId)); // the submission of a message is pending before there is a message
  document.getElementById("clock-panel").hidePopover();
  go(href("messages", [messageId]));
});

/** Returns what a pending timer does, in words. */
export function timerText(timer) {
  return word("timer", timer.what);
}

function Timer({ timer }) {
  return html`<li>
    <time title=${timer.due}>${momentText(timer.due)}</time>${" "}
    ${timer.message_id
      ? html`<button type="button" class="code" onClick=${() => showMessage(timer.message_id)}>${timerText(timer)}</button>`
      : timerText(timer)}
  </li>`;
}

function next(pending, now) {
  if (!pending.length) return t("clock.nothing");
  const seconds = Math.max(0, (Date.parse(pending[0].due) - Date.parse(now)) / 1000);
  return t("clock.next", { what: timerText(pending[0]), time: duration(Math.round(seconds * 10) / 10) });
}

export function ClockChip() {
  const { mode, speed, pending, pending_count: count } = useClock();
  const now = nowText();
  const changeSpeed = ({ currentTarget }) => { if (currentTarget.reportValidity()) moveClock({ speed: currentTarget.valueAsNumber }); };
  return html`
    <button type="button" id="clock" class="chip-button" popovertarget="clock-panel" data-mode=${mode} title=${t("clock.title")}>
      <${Icon} name="clock" /><b>${minuteText(now)}</b><span class="mode">${t(`clock.${mode}`)}${speed === 1 ? "" : ` ×${speed}`}</span>
      ${count > 0 && html`<span class="count" id="future" title=${t("clock.pending", { count })}>${count}</span>`}
    </button>
    <div id="clock-panel" class="panel" popover="auto" role="dialog" aria-label=${t("clock.title")}>
      <output id="now"><b>${timeText(now)}</b> ${dayText(now)} ${t("clock.utc")}</output>
      <fieldset id="modes" class="segments" onChange=${({ target }) => moveClock({ mode: target.value })}>
        <legend class="hidden">${t("clock.how")}</legend>
        ${MODES.map((name) => html`
          <label key=${name} title=${t(`clock.${name}.help`)}><input type="radio" name="mode" value=${name} checked=${name === mode} /><span>${t(`clock.${name}`)}</span></label>`)}
      </fieldset>
      <p class="hint">${t(`clock.${mode}.help`)}</p>
      <div class="line">
        <div id="advance" class="segments">
          ${STEPS.map(([key, seconds]) => html`<button key=${key} type="button" data-seconds=${seconds} onClick=${() => moveClock({ advance_seconds: seconds })}>${t(key)}</button>`)}
        </div>
        ${pending.length > 0 && html`<button type="button" id="to-next" title=${t("clock.to-next.help")} onClick=${() => moveClock({ advance_to: pending[0].due })}>${t("clock.to-next")}</button>`}
        <button type="button" id="settle" title=${t("clock.settle.help")} onClick=${settle}>${t("clock.settle")}</button>
      </div>
      <label class="inline"><span>${t("clock.speed")}</span><input name="speed" type="number" min="0.001" step="any" required key=${speed} defaultValue=${speed} onChange=${changeSpeed} /></label>
      <h3>${t("clock.pending", { count })}</h3>
      <p class="hint">${next(pending, now)}</p>
      <ol id="pending">${pending.map((timer, place) => html`<${Timer} key=${place} timer=${timer} />`)}</ol>
      ${count > pending.length && html`<p class="hint">${t("clock.more", { count: count - pending.length })}</p>`}
    </div>`;
}

export { clock };
