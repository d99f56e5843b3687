/* How the handset of the open conversation behaves: the outcome of messages to it, and what its user does. */

import { $, attempt, call, get, handsetPath, make } from "./base.js";
import { PHONE_NUMBER, open } from "./state.js";

const CHANNELS = [["sms", "Any message"], ["mms", "Pictures and files"], ["voice", "Calls"], ["rcs", "RCS"]];
const ANSWERS = { busy: "is busy", no_answer: "does not answer", fail: "cannot be reached" };

/** Offers each outcome once, under the first channel that has it. */
export async function loadOutcomes() {
  const known = new Set();
  const lists = await Promise.all(CHANNELS.map(([channel]) => get("carriers/outcomes", { channel })));
  const groups = lists.map((outcomes, place) => {
    const fresh = outcomes.filter((outcome) => !known.has(outcome));
    for (const outcome of fresh) known.add(outcome);
    return make("optgroup", { label: CHANNELS[place][1] }, ...fresh.map((outcome) => make("option", {}, outcome)));
  });
  $("behaviour").elements.outcome.append(make("option", { value: "" }, "as usual for the route"), ...groups);
}

export async function loadBehaviour() {
  const { number } = open;
  if (!PHONE_NUMBER.test(number)) return;
  const behaviour = await get(handsetPath(number));
  if (number === open.number) drawBehaviour(behaviour);
}

const shown = (value) => (Array.isArray(value) ? value.join(" ") : value ?? "");

function drawBehaviour(behaviour) {
  for (const control of $("behaviour").elements) {
    if (control.type === "checkbox") control.checked = behaviour[control.name];
    else control.value = shown(behaviour[control.name]);
  }
  const notes = [
    behaviour.outcome && `messages end as ${behaviour.outcome}`,
    behaviour.delay_seconds > 0 && `after ${behaviour.delay_seconds} s`,
    behaviour.carrier && `on ${behaviour.carrier}`,
    ANSWERS[behaviour.answers],
    behaviour.presses.length > 0 && `presses ${shown(behaviour.presses)}`,
    !behaviour.rcs && "does not support RCS",
  ].filter(Boolean);
  $("behaves").textContent = notes.join(", ");
}

function valueOf(control) {
  if (control.type === "checkbox") return control.checked;
  if (control.type === "number") return control.valueAsNumber;
  const text = control.value.trim();
  return control.name === "presses" ? text.split(/\s+/).filter(Boolean) : text || null;
}

$("behaviour").addEventListener("submit", (event) => event.preventDefault());
$("behaviour").addEventListener("change", attempt(async ({ target }) => {
  if (!target.reportValidity()) return;
  const { number } = open;
  // Only this one field is sent, so as not to undo what a test has changed meanwhile.
  const saved = await call("PUT", handsetPath(number), { [target.name]: valueOf(target) });
  if (number === open.number) drawBehaviour(saved);
}));
