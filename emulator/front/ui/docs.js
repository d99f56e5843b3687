/* The reference of the control API, generated from its OpenAPI description. */

const element = (name, text = "", ...children) => {
  const node = document.createElement(name);
  if (text) node.textContent = text;
  node.append(...children);
  return node;
};

/** Describes a schema in a few words. */
const typeOf = (schema) => {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  return [schema.type ?? "any"].flat().join(" | ");
};

const fieldTable = (fields) => {
  const table = element("table");
  for (const { name, where, required, schema } of fields) {
    const row = element("tr");
    row.append(element("td", "", element("code", name)), element("td", where), element("td", required ? "required" : ""));
    row.append(element("td", typeOf(schema)));
    table.append(row);
  }
  return table;
};

const operationView = (path, method, operation) => {
  const view = element("details");
  view.id = operation.operationId;
  const title = element("summary");
  const verb = element("span", method.toUpperCase());
  verb.className = "method";
  title.append(verb, element("code", path), ` — ${operation.summary}`);
  view.append(title);
  if (operation.description) view.append(element("p", operation.description));
  const fields = operation.parameters.map((each) => ({ ...each, where: each.in }));
  const [media] = Object.values(operation.requestBody?.content ?? {});
  const body = media?.schema;
  for (const [name, schema] of Object.entries(body?.properties ?? {})) {
    fields.push({ name, where: "body", required: body.required?.includes(name), schema });
  }
  if (fields.length) view.append(fieldTable(fields));
  if (body && !body.properties) view.append(element("pre", JSON.stringify(body, null, 1)));
  const statuses = Object.entries(operation.responses).map(([status, answer]) => `${status} ${answer.description}`);
  view.append(element("p", statuses.join(" · ")));
  return view;
};

const description = await (await fetch("/_emulator/openapi.json")).json();
const main = document.getElementById("operations");
for (const { name } of description.tags) {
  main.append(element("h2", name.replaceAll("-", " ").replace(/\b(rcs|sns)\b/, (word) => word.toUpperCase())));
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (operation.tags.includes(name)) main.append(operationView(path, method, operation));
    }
  }
}
document.getElementById(location.hash.slice(1))?.setAttribute("open", "");
