/* A flow: the screens of its JSON as forms, which are filled, followed and submitted as on a phone. */

import { call, pathTo } from "../api.js";
import { Dialog } from "../frame/dialogs.js";
import { farEnd } from "../messages.js";
import { t } from "../text.js";
import { attempt } from "../toasts.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { Marked } from "./whatsapp-text.js";

const REFERENCE = /\$\{(form|data)\.([\w.]+)\}/g;
const WHOLE = /^\$\{(form|data)\.([\w.]+)\}$/;

const at = (value, path) => path.split(".").reduce((inside, name) => inside?.[name], value);

/** Puts values in place of `${form.name}` and `${data.name}`, in whatever a flow's JSON has. */
function filled(value, scope) {
  if (Array.isArray(value)) return value.map((each) => filled(each, scope));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, scope)]));
  if (typeof value !== "string") return value;
  const whole = WHOLE.exec(value);
  if (whole) return at(scope[whole[1]], whole[2]);
  return value.replace(REFERENCE, (_, of, path) => String(at(scope[of], path) ?? ""));
}

const TEXTS = { TextHeading: "h4", TextSubheading: "h5", TextBody: "p", TextCaption: "small", RichText: "div" };
const INPUTS = { text: "text", number: "number", email: "email", password: "password", passcode: "password", phone: "tel" };
const optionsOf = (component) => (component["data-source"] ?? []).filter((option) => option && option.enabled !== false);

function Choices({ component, values, put, kind }) {
  const { name, label, required } = component;
  const chosen = values[name] ?? (kind === "radio" ? "" : []);
  const choose = (id, on) => put(name, kind === "radio" ? id : on ? [...chosen, id] : chosen.filter((each) => each !== id));
  return html`<fieldset class="wa-rows"><legend>${label}</legend>
    ${optionsOf(component).map(({ id, title, description }) => html`<label key=${id}><span><b>${title}</b>${description && html`<small>${description}</small>`}</span>
      <input type=${kind} name=${name} value=${id} required=${kind === "radio" && required === true} checked=${kind === "radio" ? chosen === id : chosen.includes(id)} onChange=${({ currentTarget }) => choose(id, currentTarget.checked)} /></label>`)}
  </fieldset>`;
}

const labelled = (component, control) => html`<label class="block"><span>${component.label}</span>${control}${component["helper-text"] && html`<small>${component["helper-text"]}</small>`}</label>`;

function Text({ component, values, put }) {
  const { name, required, "input-type": type, "min-chars": least, "max-chars": most } = component;
  const given = { name, required: required === true, minlength: least, maxlength: most, value: values[name] ?? "", onInput: ({ currentTarget }) => put(name, currentTarget.value) };
  if (component.type === "TextArea") return labelled(component, html`<textarea rows="3" ...${given}></textarea>`);
  return labelled(component, html`<input autocomplete="off" type=${component.type === "TextInput" ? INPUTS[type] ?? "text" : "date"} ...${given} />`);
}

/** By type of component, how it is shown; what is not here, such as a picture's bytes, has nothing to fill. */
const INPUT_COMPONENTS = {
  TextInput: Text,
  TextArea: Text,
  DatePicker: Text,
  CalendarPicker: Text,
  Dropdown: ({ component, values, put }) => labelled(component, html`<select name=${component.name} required=${component.required === true} value=${values[component.name] ?? ""} onChange=${({ currentTarget }) => put(component.name, currentTarget.value)}>
    <option value="">–</option>${optionsOf(component).map(({ id, title }) => html`<option key=${id} value=${id}>${title}</option>`)}</select>`),
  RadioButtonsGroup: (properties) => html`<${Choices} ...${properties} kind="radio" />`,
  CheckboxGroup: (properties) => html`<${Choices} ...${properties} kind="checkbox" />`,
  ChipsSelector: (properties) => html`<${Choices} ...${properties} kind="checkbox" />`,
  OptIn: ({ component: { name, label, required }, values, put }) => html`<label class="check"><input type="checkbox" name=${name} required=${required === true} checked=${values[name] === true} onChange=${({ currentTarget }) => put(name, currentTarget.checked)} /><span>${label}</span></label>`,
};

function Component({ component: given, values, put, data, act }) {
  const component = filled(given, { form: values, data });
  const { type } = component;
  if (component.visible === false) return null;
  const Tag = TEXTS[type];
  if (Tag) return html`<${Tag}><${Marked} text=${[component.text].flat().join("\n")} /><//>`;
  const Input = INPUT_COMPONENTS[type];
  if (Input) return html`<${Input} component=${component} values=${values} put=${put} />`;
  if (type === "Image") return html`<p class="file">${component["alt-text"] ?? t("gist.picture")}</p>`;
  if (type === "EmbeddedLink") return html`<button type="button" class="plain" onClick=${() => act(component["on-click-action"])}>${component.text}</button>`;
  if (type === "NavigationList") return html`<div class="fields">${(component["list-items"] ?? []).map((item) => html`<button key=${item.id} type="button" onClick=${() => act(item["on-click-action"] ?? component["on-click-action"])}>${item["main-content"]?.title}</button>`)}</div>`;
  return null;
}

/** Lists the components of a layout in order; those of its forms are among the others. */
const flat = (children) => (children ?? []).flatMap((child) => (child.type === "Form" ? flat(child.children) : [child]));

export function FlowSheet({ message, button, close }) {
  const [screen, setScreen] = useState(null);
  const [values, setValues] = useState({});
  const path = `${pathTo("handsets", farEnd(message))}/flows`;
  const show = (view) => {
    setValues(Object.fromEntries(flat(view.form?.layout?.children).filter((child) => child.name && "init-value" in child).map((child) => [child.name, filled(child["init-value"], { form: {}, data: view.data })])));
    setScreen(view);
  };
  const open = attempt(async (members, data = null) => {
    const view = await call("POST", `${path}/open`, { message_id: message.message_id, ...members });
    show(data ? { ...view, data } : view);
    return view;
  });
  useEffect(() => { open({}).then((view) => view ?? close()); }, []);
  const submit = attempt(async (data) => {
    const view = await call("POST", `${path}/submit`, { message_id: message.message_id, screen: screen.screen, data });
    if (view.inbound) close();
    else show(view);
  });
  const act = (action = {}) => {
    const payload = filled(action.payload ?? {}, { form: values, data: screen.data });
    if (action.name === "navigate") open({ screen: action.next?.name }, payload);
    else submit(payload);
  };
  if (!screen) return null;
  const children = flat(screen.form?.layout?.children);
  const footer = children.find((child) => child.type === "Footer");
  const put = (name, value) => setValues((old) => ({ ...old, [name]: value }));
  return html`<${Dialog} id="flow-sheet" title=${filled(screen.form?.title, { form: {}, data: screen.data }) ?? button.text} close=${close}>
    <form class="wa-flow" onSubmit=${(event) => { event.preventDefault(); act(footer?.["on-click-action"]); }}>
      ${children.filter((child) => child !== footer).map((child, place) => html`<${Component} key=${`${screen.screen} ${place}`} component=${child} values=${values} put=${put} data=${screen.data} act=${act} />`)}
      <div class="row"><button type="button" onClick=${close}>${t("cancel")}</button><button class="primary">${footer ? filled(footer.label, { form: values, data: screen.data }) : t("composer.send")}</button></div>
    </form>
  <//>`;
}
