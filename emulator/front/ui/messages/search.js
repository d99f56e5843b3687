/*
The search language of the API, as far as the page writes it: filters are terms of the search, so that what is typed, what
is chosen and what the address says are one thing. What a search finds is decided by the server.
*/

const TERM = /-?(?:[A-Za-z]+:(?!\/\/))?(?:"[^"]*"|[^\s"]+)/g;

const termsOf = (query) => query.match(TERM) ?? [];
const nameOf = (term) => term.match(/^([A-Za-z]+):/)?.[1] ?? null;

/** Returns the value of a term `name:value`, or an empty text. */
export function valueIn(query, name) {
  const term = termsOf(query).find((each) => nameOf(each) === name);
  return term ? term.slice(name.length + 1).replaceAll('"', "") : "";
}

/** Returns the search with `name:value` in place of any other term of that name; without it if the value is empty. */
export function withValue(query, name, value) {
  const others = termsOf(query).filter((term) => nameOf(term) !== name);
  const text = /\s/.test(value) ? `"${value}"` : value;
  return [...others, ...(value ? [`${name}:${text}`] : [])].join(" ");
}
