/* The sheets that WhatsApp opens: the rows of a list, a place, a contact, an order, an address, another text. */

import { call, pathTo } from "../api.js";
import { Dialog } from "../frame/dialogs.js";
import { farEnd } from "../messages.js";
import { t } from "../text.js";
import { attempt } from "../toasts.js";
import { html } from "../vendor/preact.js";
import { FlowSheet } from "./whatsapp-flow.js";
import { sendWhatsApp } from "./whatsapp-send.js";

/** A form in a dialog; `fields` are [name, text, properties of the input], `send` gets the values and closes unless it returns undefined. */
export function FormSheet({ id, title, fields, send, close, label = t("composer.send"), children }) {
  const submit = async (event) => {
    event.preventDefault();
    if ((await send(Object.fromEntries(new FormData(event.currentTarget)))) !== undefined) close();
  };
  return html`<${Dialog} id=${id} title=${title} close=${close}>
    <form onSubmit=${submit}>
      ${fields.map(([name, text, properties = {}]) => html`<label key=${name} class="block"><span>${text}</span><input name=${name} autocomplete="off" ...${properties} /></label>`)}
      ${children}
      <div class="row"><button type="button" onClick=${close}>${t("cancel")}</button><button class="primary">${label}</button></div>
    </form>
  <//>`;
}

const answer = (message) => ({ context: { from: message.from.replace("+", ""), id: message.whatsapp.wamid } });

function ListSheet({ button, close, choose }) {
  const submit = (event) => {
    event.preventDefault();
    const rows = button.sections.flatMap((section) => section.rows);
    const place = rows.findIndex((row) => row.id === new FormData(event.currentTarget).get("row"));
    choose(rows[place].title, rows.slice(0, place).filter((row) => row.title === rows[place].title).length);
  };
  return html`<${Dialog} id="list-sheet" title=${button.text} close=${close}>
    <form onSubmit=${submit}>
      ${button.sections.map((section, place) => html`<fieldset key=${place} class="wa-rows">
        ${section.title && html`<legend>${section.title}</legend>`}
        ${section.rows.map((row) => html`<label key=${row.id}><span><b>${row.title}</b>${row.description && html`<small>${row.description}</small>`}</span><input type="radio" name="row" value=${row.id} required /></label>`)}
      </fieldset>`)}
      <div class="row"><button type="button" onClick=${close}>${t("cancel")}</button><button class="primary">${t("composer.send")}</button></div>
    </form>
  <//>`;
}

/** Sends a place; with `message` as the answer to what the business asked for. */
export function LocationSheet({ number, to, message = null, close }) {
  const send = ({ latitude, longitude, name, address }) => {
    const location = { latitude: Number(latitude), longitude: Number(longitude), ...(name && { name }), ...(address && { address }) };
    return sendWhatsApp(number ?? farEnd(message), to ?? message.from, { type: "location", location, ...(message && answer(message)) });
  };
  const degrees = (most) => ({ type: "number", min: -most, max: most, step: "any", required: true });
  return html`<${FormSheet} id="location-sheet" title=${t("whatsapp.send-location")} send=${send} close=${close} fields=${[
    ["latitude", t("whatsapp.latitude"), { ...degrees(90), value: "47.6062" }],
    ["longitude", t("whatsapp.longitude"), { ...degrees(180), value: "-122.3321" }],
    ["name", t("whatsapp.place-name")],
    ["address", t("whatsapp.place-address")],
  ]} />`;
}

export function ContactSheet({ number, to, close }) {
  const send = ({ name, phone }) =>
    sendWhatsApp(number, to, { type: "contacts", contacts: [{ name: { formatted_name: name, first_name: name }, ...(phone && { phones: [{ phone, type: "CELL" }] }) }] });
  return html`<${FormSheet} id="contact-sheet" title=${t("whatsapp.send-contact")} send=${send} close=${close} fields=${[
    ["name", t("whatsapp.contact-name"), { required: true }],
    ["phone", t("whatsapp.contact-phone"), { type: "tel" }],
  ]} />`;
}

/** An order of what a product message or a catalogue offers. */
function OrderSheet({ message, button, close }) {
  const items = button.items?.length ? button.items : [""];
  const send = (values) => {
    const ordered = items
      .map((id, place) => ({ product_retailer_id: id || values.product, quantity: Number(values[`quantity-${place}`]), item_price: Number(values[`price-${place}`]), currency: "USD" }))
      .filter((item) => item.quantity > 0);
    const order = { catalog_id: button.catalog ?? "catalog", product_items: ordered };
    return sendWhatsApp(farEnd(message), message.from, { type: "order", order, ...answer(message) });
  };
  return html`<${FormSheet} id="order-sheet" title=${button.text} send=${send} close=${close} fields=${[]} label=${t("whatsapp.send-order")}>
    ${!button.items?.length && html`<label class="block"><span>${t("whatsapp.product")}</span><input name="product" required autocomplete="off" /></label>`}
    ${items.map((id, place) => html`<fieldset key=${place} class="wa-item"><legend>${id || t("whatsapp.product")}</legend>
      <label><span>${t("whatsapp.quantity")}</span><input name=${`quantity-${place}`} type="number" min="0" max="999" value=${place === 0 ? 1 : 0} required /></label>
      <label><span>${t("whatsapp.price")}</span><input name=${`price-${place}`} type="number" min="0" step="any" value="10" required /></label>
    </fieldset>`)}
  <//>`;
}

const ADDRESS = [["name", "whatsapp.contact-name"], ["phone_number", "whatsapp.contact-phone"], ["address", "whatsapp.place-address"], ["city", "whatsapp.city"], ["in_pin_code", "whatsapp.pin-code"]];

function AddressSheet({ message, button, close }) {
  const send = (values) => {
    const reply = { name: "address_message", body: Object.values(values).filter(Boolean).join("\n"), response_json: JSON.stringify({ values }) };
    return sendWhatsApp(farEnd(message), message.from, { type: "interactive", interactive: { type: "nfm_reply", nfm_reply: reply }, ...answer(message) });
  };
  const fields = ADDRESS.map(([name, key]) => [name, t(key), { required: name !== "city" }]);
  return html`<${FormSheet} id="address-sheet" title=${button.text} send=${send} close=${close} fields=${fields} />`;
}

function EditSheet({ message, close }) {
  const { edited } = message.whatsapp;
  const send = attempt(({ body }) => call("POST", `${pathTo("handsets", farEnd(message))}/whatsapp/edit`, { body, message_id: message.message_id }));
  return html`<${FormSheet} id="edit-sheet" title=${t("whatsapp.edit")} send=${send} close=${close} label=${t("whatsapp.save")} fields=${[]}>
    <label class="block"><span>${t("composer.text")}</span><textarea name="body" rows="4" required defaultValue=${edited ?? message.body}></textarea></label>
  <//>`;
}

const SHEETS = { list: ListSheet, flow: FlowSheet, send_location: LocationSheet, product: OrderSheet, catalog: OrderSheet, mpm: OrderSheet, address: AddressSheet, edit: EditSheet };

/** Returns the sheet that a type of button opens; undefined if it opens none. */
export const dialogOf = (type) => SHEETS[type];
