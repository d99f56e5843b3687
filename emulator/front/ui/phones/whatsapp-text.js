/* The markup of WhatsApp's texts: *bold*, _italic_, ~strike~, `code` and ```block```, as elements and never as HTML. */

import { Rich } from "./content.js";
import { html } from "../vendor/preact.js";

// A mark counts at the edge of a word, around text that neither begins nor ends with a space.
const MARKED = /```([\s\S]+?)```|`([^`\n]+)`|(?<![\p{L}\p{N}])([*_~])(?! )([^\n]*?[^\s])\3(?![\p{L}\p{N}])/u;
const TAGS = { "*": "strong", _: "em", "~": "s" };

function nodesOf(text, code) {
  const found = text ? MARKED.exec(text) : null;
  if (!found) return text ? [html`<${Rich} text=${text} code=${code} />`] : [];
  const [all, block, inline, mark, inside] = found;
  const Tag = TAGS[mark] ?? "code";
  const node = html`<${Tag}>${mark ? nodesOf(inside, code) : block ?? inline}<//>`;
  return [...nodesOf(text.slice(0, found.index), code), node, ...nodesOf(text.slice(found.index + all.length), code)];
}

export function Marked({ text, code = null }) {
  return html`${nodesOf(text ?? "", code)}`;
}
