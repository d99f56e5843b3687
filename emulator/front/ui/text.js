/* Texts in the user's language, from a file for each in languages/; and numbers, amounts and times as that language writes them. */

import { createStore, remembered } from "./store.js";
import en from "./languages/en.js";
import ja from "./languages/ja.js";

export const LANGUAGES = { en, ja };

const ofBrowser = () => navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in LANGUAGES) ?? "en";
const chosen = remembered.get("language", null);
export const language = createStore({ code: chosen in LANGUAGES ? chosen : ofBrowser() });

export function chooseLanguage(code) {
  remembered.set("language", code);
  formats.clear();
  language.set({ code });
}

function find(key, values) {
  const { code } = language.get();
  const found = LANGUAGES[code][key];
  if (found === undefined) throw new Error(`no text for ${key}`);
  return typeof found === "string" ? found : found[plural(code).select(values.count)] ?? found.other;
}

/** Returns the text of a key; `{name}` in it is replaced by that value, and `{count}` decides between singular and plural. */
export function t(key, values = {}) {
  return find(key, values).replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? number(values[name]) : values[name]));
}

/** Returns the parts of a text in which some values are elements. */
export function parts(key, values) {
  return find(key, values).split(/\{(\w+)\}/).map((part, place) => (place % 2 ? values[part] : part));
}

/** Returns the text of a word of the API, such as a status; the word itself where the language has no other. */
export function word(kind, name) {
  return LANGUAGES[language.get().code][`${kind}.${name}`] ?? name;
}

// --- Numbers and times ------------------------------------------------------------------------------------------------

const formats = new Map(); // making one is slow

function format(name, make) {
  if (!formats.has(name)) formats.set(name, make(language.get().code));
  return formats.get(name);
}

const plural = (code) => format("plural", () => new Intl.PluralRules(code));

export const number = (value) => format("number", (code) => new Intl.NumberFormat(code, { maximumFractionDigits: 3 })).format(value);

/** Returns an amount in US dollars with up to five decimals, as prices have them, or rounded to cents. */
export function dollars(amount, digits = 5) {
  const style = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", minimumFractionDigits: 2, maximumFractionDigits: digits };
  return format(`dollars ${digits}`, (code) => new Intl.NumberFormat(code, style)).format(amount);
}

const timeFormat = (name, style) => (moment) =>
  format(name, (code) => new Intl.DateTimeFormat(code, { timeZone: "UTC", hourCycle: "h23", ...style })).format(new Date(moment));

export const timeText = timeFormat("time", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const minuteText = timeFormat("minute", { hour: "2-digit", minute: "2-digit" });
export const dayText = timeFormat("day", { year: "numeric", month: "short", day: "numeric" });
export const shortDayText = timeFormat("shortDay", { month: "short", day: "numeric" });
export const momentText = (moment) => `${dayText(moment)} ${timeText(moment)}`;

/** Returns a time of the day if it is today by the virtual clock, else the day. */
export const briefly = (moment, now) => (moment.slice(0, 10) === now.slice(0, 10) ? timeText(moment) : shortDayText(moment));

/** Returns a number of seconds in a short form: 0.25 s, 12 s, 3.5 min, 2 h, 4 d. */
export function duration(seconds) {
  const [size, unit] = [[86400, "d"], [3600, "h"], [60, "min"]].find(([length]) => seconds >= 2 * length) ?? [1, "s"];
  return t(`unit.${unit}`, { n: Math.round((seconds / size) * 100) / 100 });
}

export function bytes(size) {
  if (size < 1024) return t("unit.bytes", { n: size });
  return size < 1024 * 1024 ? t("unit.KiB", { n: Math.round(size / 102.4) / 10 }) : t("unit.MiB", { n: Math.round(size / 104857.6) / 10 });
}
