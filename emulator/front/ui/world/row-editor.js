/*
A list that is edited as rows of fields, and saved as a whole: the carriers' rules, the faults.

A field is {name, kind, options, example}; `kind` is text, number, choice or choices. A dotted name is a member of an
object. What is left empty is left out.
*/

import { Refused, call, get } from "../api.js";
import { t } from "../text.js";
import { attempt, toast } from "../toasts.js";
import { html, useState } from "../vendor/preact.js";
import { useLoaded } from "./load.js";

const member = (row, name) => name.split(".").reduce((value, step) => value?.[step], row);

/** Returns the row with a member changed; a value that is null or empty is left out. */
function withMember(row, name, value) {
  const [first, rest] = name.split(/\.(.*)/s);
  const { [first]: old, ...others } = row;
  if (rest) return { ...others, [first]: withMember(old ?? {}, rest, value) };
  return value === "" || value === null ? others : { ...others, [first]: value };
}

const READ = {
  text: (input) => input.value.trim(),
  choice: (input) => input.value,
  number: (input) => (Number.isNaN(input.valueAsNumber) ? null : input.valueAsNumber),
  choices: (input) => [...input.selectedOptions].map((option) => option.value),
};

function Field({ field, label, value, change, wrong }) {
  const { name, kind, options = [], example = "" } = field;
  const listen = ({ currentTarget }) => change(READ[kind](currentTarget));
  const state = { name, "aria-invalid": Boolean(wrong), "aria-label": label, onChange: listen };
  const isChoice = kind === "choice" || kind === "choices";
  return html`<label class="editor-field"><span>${label}</span>
    ${isChoice
      ? html`<select ...${state} multiple=${kind === "choices"}>
          ${kind === "choice" && html`<option value="" selected=${!value}>${t("editor.any")}</option>`}
          ${options.map((option) => html`<option key=${option} value=${option} selected=${kind === "choices" ? value?.includes(option) : option === value}>${option}</option>`)}
        </select>`
      : html`<input ...${state} type=${kind === "number" ? "number" : "text"} step="any" min="0" defaultValue=${value ?? ""} placeholder=${example} autocomplete="off" spellcheck="false" />`}
    ${wrong && html`<span class="refusal" role="alert">${wrong}</span>`}
  </label>`;
}

/** `path` is where the list is read and saved, `fields` what a row has, `fresh` a new row, `label` the text of a field. */
export function RowEditor({ id, path, fields, fresh, label }) {
  const [rows, setRows] = useState(null);
  const [wrong, setWrong] = useState(null); // {place, field, message} of the last attempt to save
  const numbered = (list) => list.map((row, place) => ({ row, key: `${place} ${Math.random()}` }));
  const [, reload] = useLoaded(async () => setRows(numbered(await get(path))), [], []);
  if (rows === null) return html`<p class="hint">${t("loading")}</p>`;
  const change = (place, name, value) => setRows(rows.map((each, at) => (at === place ? { ...each, row: withMember(each.row, name, value) } : each)));
  const move = (place, by) => {
    const moved = [...rows];
    [moved[place], moved[place + by]] = [moved[place + by], moved[place]];
    setRows(moved);
  };
  const save = attempt(async (event) => {
    event.preventDefault();
    try {
      const saved = await call("PUT", path, rows.map(({ row }) => row));
      setWrong(null);
      setRows(numbered(saved));
      toast(t("editor.saved", { count: saved.length }));
    } catch (error) {
      const [, place, message] = /^\w+ (\d+): (.*)$/s.exec(error.message) ?? [];
      if (!(error instanceof Refused) || !place) throw error;
      setWrong({ place: Number(place) - 1, field: error.field, message });
    }
  });
  const isAt = (place, name) => wrong?.place === place && (wrong.field === name || name.split(".").at(-1) === wrong.field);
  const isElsewhere = (place) => wrong?.place === place && !fields.some(({ name }) => isAt(place, name));
  return html`<form id=${id} class="editor" novalidate onSubmit=${save}>
    ${rows.length === 0 && html`<p class="hint">${t("editor.none")}</p>`}
    <ol>${rows.map(({ row, key }, place) => html`<li key=${key} class="tile">
      <div class="editor-fields">${fields.map((field) => html`<${Field} key=${field.name} field=${field} label=${label(field.name)} value=${member(row, field.name)}
        change=${(value) => change(place, field.name, value)} wrong=${isAt(place, field.name) ? wrong.message : null} />`)}</div>
      ${isElsewhere(place) && html`<p class="refusal" role="alert">${wrong.message}</p>`}
      <div class="row">
        <button type="button" class="small plain" disabled=${place === 0} onClick=${() => move(place, -1)} aria-label=${t("editor.up", { place: place + 1 })}>↑</button>
        <button type="button" class="small plain" disabled=${place === rows.length - 1} onClick=${() => move(place, 1)} aria-label=${t("editor.down", { place: place + 1 })}>↓</button>
        <button type="button" class="small danger" onClick=${() => setRows(rows.filter((each) => each.key !== key))} aria-label=${t("editor.remove", { place: place + 1 })}>${t("delete")}</button>
      </div>
    </li>`)}</ol>
    <div class="row">
      <button type="button" class="editor-add" onClick=${() => setRows([...rows, { row: fresh, key: `new ${Math.random()}` }])}>${t("editor.add")}</button>
      <button type="button" onClick=${() => { setWrong(null); reload(); }}>${t("editor.discard")}</button>
      <button type="submit" class="primary">${t("editor.save")}</button>
    </div>
  </form>`;
}
