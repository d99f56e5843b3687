/* Writing as the recipient: texts to numbers and agents, files to agents; files can be dropped and pasted. */

import { call, get, pathTo, withQuery } from "../api.js";
import { useInOrder } from "../loading.js";
import { PHONE_NUMBER } from "../messages.js";
import { t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { fileMessage, sendWhatsApp } from "./whatsapp-send.js";
import { Attach, Business, Calls, ChannelSwitch, byWhatsApp, isWhatsApp, numberOf, useBusinesses } from "./whatsapp-composer.js";

const TYPING_MS = 5000; // how long one keystroke counts as typing
const HEIGHT_MAX = 160;

/** Loads the numbers and agents that a handset can write to; loads again when `senders` has one that is unknown. */
export function useReach(senders) {
  const [reach, setReach] = useState({ numbers: [], agents: [], loaded: false });
  const known = new Set([...reach.numbers.map((row) => row.number), ...reach.agents.map((row) => row.agent_id)]);
  const unknown = [...senders].filter((sender) => !known.has(sender)).join();
  const load = useInOrder(() => get("numbers"), (answer) => setReach({ ...answer, loaded: true }));
  useEffect(() => { load(); }, [unknown]);
  return reach;
}

/** Returns what can be chosen as the recipient: those of this conversation first. */
function targetsOf(reach, businesses, senders) {
  const scoped = (row) => `${row.account} ${row.region}`;
  const all = [
    ...reach.numbers.map((row) => ({ value: row.number, name: row.number, note: scoped(row), takesFiles: false })),
    ...reach.agents.map((row) => ({ value: row.agent_id, name: row.name ?? row.agent_id, note: `${t("composer.agent")} · ${scoped(row)}`, takesFiles: true })),
    ...businesses.map((row) => ({ value: byWhatsApp(row.phone_number), name: `${row.display_name} · ${row.phone_number}`, note: t("channel.whatsapp"), takesFiles: true })),
  ];
  return { all, here: all.filter((row) => senders.has(numberOf(row.value))), others: all.filter((row) => !senders.has(numberOf(row.value))) };
}

function Targets({ targets, value, choose, disabled, senders }) {
  const { all, here, others } = targets;
  const option = (row, note) => html`<option key=${row.value} value=${row.value} selected=${row.value === value}>${note ? `${row.name} · ${row.note}` : row.name}</option>`;
  const nobody = senders.size ? t("composer.unreachable", { senders: [...senders].join(", ") }) : t("composer.no-numbers");
  return html`<label>${t("composer.to")} <select id="target" disabled=${disabled} onChange=${({ currentTarget }) => choose(currentTarget.value)}>
    ${here.length > 0 && html`<optgroup label=${t("composer.here")}>${here.map((row) => option(row, isWhatsApp(row.value)))}</optgroup>`}
    ${others.length > 0 && html`<optgroup label=${t("composer.others")}>${others.map((row) => option(row, true))}</optgroup>`}
    ${all.length === 0 && html`<option value="">${nobody}</option>`}
  </select></label>`;
}

/** `senders` are the account's ends of this conversation, `last` who wrote last; `sent` is called after each message. */
export function Composer({ number, reach, senders, last, sent }) {
  const [chosen, setChosen] = useState(null);
  const text = useRef(null);
  const file = useRef(null);
  const typedAt = useRef(-TYPING_MS);
  const [businesses, reloadBusinesses] = useBusinesses(number);
  const targets = targetsOf(reach, businesses ?? [], senders);
  const wanted = [chosen, last].find((each) => targets.all.some((row) => row.value === each));
  const to = wanted ?? [...targets.here, ...targets.others][0]?.value ?? "";
  const able = to !== "" && PHONE_NUMBER.test(number);
  const takesFiles = able && (targets.all.find((row) => row.value === to)?.takesFiles ?? false);
  const business = isWhatsApp(to) ? businesses?.find((row) => row.phone_number === numberOf(to)) : null;
  const handset = pathTo("handsets", number);

  const fit = () => {
    text.current.style.height = "auto";
    text.current.style.height = `${Math.min(text.current.scrollHeight, HEIGHT_MAX)}px`;
  };
  const send = attempt(async (body) => {
    if (business) {
      const wrote = await sendWhatsApp(number, business.phone_number_id, { body });
      sent();
      return wrote;
    }
    const answer = await call("POST", `${handset}/messages`, { to, body });
    if (answer.action) toast(t("composer.keyword", { keyword: answer.keyword, action: answer.action }));
    sent();
    return answer;
  });
  const sendFile = attempt(async (given) => {
    if (business) {
      await sendWhatsApp(number, business.phone_number_id, await fileMessage(given));
      sent();
      return;
    }
    const path = withQuery(`${handset}/files`, { to, file_name: given.name });
    const answer = await call("POST", path, given.type ? given : new Blob([given], { type: "application/octet-stream" }));
    if (answer.error) toast(answer.error, { bad: true });
    sent();
  });
  const sendFiles = (event, files) => {
    if (files.length === 0) return;
    event.preventDefault();
    if (!takesFiles) toast(t("composer.no-files"), { bad: true });
    else for (const given of files) sendFile(given);
  };
  const reportTyping = attempt(async () => {
    if (!takesFiles || business || performance.now() < typedAt.current + TYPING_MS) return;
    typedAt.current = performance.now();
    await call("POST", `${handset}/typing`, { to });
  });
  const submit = async (event) => {
    event.preventDefault();
    const body = text.current.value;
    if (!body.trim() || !able) return;
    text.current.value = "";
    fit();
    if ((await send(body)) === undefined && !text.current.value) text.current.value = body;
    text.current.focus();
  };
  const submitByKey = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.currentTarget.form.requestSubmit();
  };
  if (businesses === null) return null; // so that it does not grow while one writes
  return html`<form id="composer" class="composer" onSubmit=${submit}
      onDragOver=${(event) => event.preventDefault()} onDrop=${(event) => { event.preventDefault(); sendFiles(event, event.dataTransfer.files); }}>
    <div class="targets">
      <${Targets} targets=${targets} value=${to} choose=${setChosen} disabled=${!able} senders=${senders} />
      <${ChannelSwitch} target=${to} targets=${targets.all} choose=${setChosen} />
      <span class="quick">${["STOP", "HELP"].map((word) => html`<button key=${word} type="button" data-word=${word} disabled=${!able} onClick=${() => send(word)}>${word}</button>`)}</span>
    </div>
    <${Calls} number=${number} businesses=${businesses ?? []} reload=${reloadBusinesses} />
    ${business && html`<${Business} number=${number} business=${business} reload=${reloadBusinesses} />`}
    <div class="write">
      <input id="file" ref=${file} type="file" multiple hidden aria-label=${t("composer.files")} disabled=${!takesFiles}
        onChange=${(event) => { sendFiles(event, [...event.currentTarget.files]); event.currentTarget.value = ""; }} />
      ${business ? html`<${Attach} number=${number} to=${business.phone_number_id} sent=${sent} />` : html`<button type="button" id="attach" aria-label=${t("composer.attach")} title=${t(takesFiles ? "composer.attach" : "composer.no-files")} disabled=${!takesFiles} onClick=${() => file.current.click()}>+</button>`}
      <textarea id="text" ref=${text} rows="1" placeholder=${t("composer.placeholder")} aria-label=${t("composer.text")} title=${t("composer.enter")} disabled=${!able}
        onKeyDown=${submitByKey} onInput=${() => { fit(); reportTyping(); }} onPaste=${(event) => sendFiles(event, [...event.clipboardData.files])}></textarea>
      <button type="submit" class="primary" disabled=${!able}>${t("composer.send")}</button>
    </div>
  </form>`;
}

