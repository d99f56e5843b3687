/* Writing as the recipient: texts to numbers and agents, files to agents. */

import { $, attempt, call, get, handsetPath, make, openDialog, toast, withQuery } from "./base.js";
import { drawMessageRow, toBottom } from "./conversation.js";
import { PHONE_NUMBER, go, open, reach } from "./state.js";

const TYPING_MS = 5000; // how long one keystroke counts as typing

/** Loads the numbers and agents that a handset can write to; `drawTargets` offers them, once the senders are known. */
export async function loadReach() {
  const { numbers, agents } = await get("numbers");
  const names = JSON.stringify(reach.agents);
  Object.assign(reach, { numbers, agents });
  // The rows show the agents' names, which may have changed.
  if (JSON.stringify(agents) !== names) for (const row of open.rows.values()) drawMessageRow(row, row.message);
}

const isAgent = (sender) => reach.agents.some((agent) => agent.agent_id === sender);
export const isReachable = (sender) => isAgent(sender) || reach.numbers.some((row) => row.number === sender);

export function drawTargets() {
  const scoped = (row) => `${row.account} ${row.region}`;
  const all = [
    ...reach.numbers.map((row) => ({ value: row.number, name: row.number, note: scoped(row) })),
    ...reach.agents.map((row) => ({ value: row.agent_id, name: row.name ?? row.agent_id, note: `agent · ${scoped(row)}` })),
  ];
  const option = ({ value, name, note }) => make("option", { value }, note ? `${name} · ${note}` : name);
  const here = all.filter((row) => open.senders.has(row.value));
  const others = all.filter((row) => !open.senders.has(row.value));
  const groups = [];
  if (here.length) groups.push(make("optgroup", { label: "In this conversation" }, ...here.map(({ value, name }) => option({ value, name }))));
  if (others.length) groups.push(make("optgroup", { label: "Others" }, ...others.map(option)));
  const wrote = [...open.senders];
  if (!all.length) groups.push(option({ value: "", name: wrote.length ? `${wrote.join(", ")} cannot be answered` : "no account has a number yet" }));
  const target = $("target");
  target.replaceChildren(...groups);
  const wanted = open.target ?? open.last?.from;
  if (all.some((row) => row.value === wanted)) target.value = wanted;
  const able = target.value !== "" && PHONE_NUMBER.test(open.number ?? "");
  for (const control of $("composer").elements) control.disabled = !able;
  drawAttach();
}

function drawAttach() {
  const able = isAgent($("target").value) && !$("target").disabled;
  $("attach").disabled = !able;
  $("attach").title = able ? "Send a file" : "Files can only be sent to RCS agents: AWS does not receive MMS";
}

const send = attempt(async (body) => {
  const answer = await call("POST", `${handsetPath(open.number)}/messages`, { to: $("target").value, body });
  if (answer.action) toast(`Keyword ${answer.keyword}: ${answer.action}`);
  return answer;
});

const sendFile = attempt(async (file) => {
  const path = withQuery(`${handsetPath(open.number)}/files`, { to: $("target").value, file_name: file.name });
  const answer = await call("POST", path, file.type ? file : new Blob([file], { type: "application/octet-stream" }));
  if (answer.error) toast(answer.error, "bad");
});

let typedAt = -TYPING_MS;
const reportTyping = attempt(async () => {
  const to = $("target").value;
  if (!isAgent(to) || performance.now() < typedAt + TYPING_MS) return;
  typedAt = performance.now();
  await call("POST", `${handsetPath(open.number)}/typing`, { to });
});

function fitText() {
  const text = $("text");
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
}

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text");
  const body = text.value;
  if (!body.trim() || $("target").disabled) return;
  text.value = "";
  fitText();
  if ((await send(body)) === undefined && !text.value) text.value = body;
  toBottom();
  text.focus();
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
});
$("text").addEventListener("input", () => { fitText(); reportTyping(); });
$("target").addEventListener("change", () => { open.target = $("target").value; drawAttach(); });
$("composer").addEventListener("click", (event) => { if (event.target.dataset.word) send(event.target.dataset.word); });
$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => {
  for (const file of $("file").files) sendFile(file);
  $("file").value = "";
});
$("compose").addEventListener("click", () => { $("compose-number").value = ""; openDialog($("compose-dialog")); });
$("compose-dialog").addEventListener("close", () => {
  if ($("compose-dialog").returnValue === "open") go($("compose-number").value.replace(/[^\d+]/g, ""));
});
