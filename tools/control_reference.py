"""Write docs/control-api-reference.md from the OpenAPI description: `python tools/control_reference.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emulator.control.openapi import describe

PAGE = Path(__file__).resolve().parents[1] / "docs" / "control-api-reference.md"
INTRODUCTION = """# Control API reference

Written by `tools/control_reference.py` from the commands' own OpenAPI 3.1 description, which a running server has at
`/_emulator/openapi.json` and, as a page to try calls on, at `/_emulator/docs`. What the API is for is in
[the control API](control-api.md).

In Python each call is `sms.control.<name>(…)`, with the fields of path, query and body as keywords. Every call can be
refused with 400 or 404, and `{"error": "…", "field": "…"}`; nothing has changed then.
"""


def schema_text(schema: Mapping[str, Any]) -> str:
    """Return a JSON schema in a few words of Markdown."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{short(name)}](#{anchor(name)})"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(schema_text(each) for each in schema["anyOf"])
    kind = schema.get("type", "any JSON")
    if isinstance(kind, list):
        return " or ".join(schema_text({**schema, "type": each}) for each in kind)
    if kind == "array":
        return f"list of {schema_text(schema['items'])}" if schema.get("items") else "list"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {schema_text(schema['additionalProperties'])}"
    if kind == "object" and "properties" in schema:
        fields = (f"`{name}`: {schema_text(each)}" for name, each in schema["properties"].items())
        return f"{{{', '.join(fields)}}}"
    return " ".join([kind, *limits(schema)])


def limits(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield what restricts a string or a number."""
    least, most = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    if least is not None and most is not None:
        yield f"{least} to {most}"
    elif least is not None:
        yield f"from {least}"
    if "maxLength" in schema:
        yield f"of at most {schema['maxLength']} characters"
    if "pattern" in schema:
        yield f"like `{schema['pattern']}`".replace("|", "\\|")
    if schema.get("format"):
        yield f"({schema['format']})"


def short(name: str) -> str:
    """Return the name of a schema without its module."""
    return name.rpartition(".")[2]


def anchor(name: str) -> str:
    """Return the anchor of the heading of a schema."""
    return name.replace(".", "").lower()


def parameters(operation: Mapping[str, Any]) -> list[str]:
    """Return the table of an operation's parameters and of the fields of its body."""
    rows = [
        (each["name"], each["in"], each["required"], schema_text(each["schema"]))
        for each in operation["parameters"]
        if each["name"] not in ("account", "region")
    ]
    content = operation.get("requestBody", {}).get("content", {})
    for media_type, entry in content.items():
        schema = entry["schema"]
        if media_type == "application/json" and "properties" in schema:
            required = schema.get("required", ())
            rows += [(name, "body", name in required, schema_text(each)) for name, each in schema["properties"].items()]
        else:
            text = schema_text(schema) if media_type == "application/json" else "the file itself"
            rows.append(("(the body)", "body", operation["requestBody"]["required"], text))
    if not rows:
        return []
    lines = [f"| `{name}` | {place} | {'yes' if required else ''} | {text} |" for name, place, required, text in rows]
    return ["| field | in | required | value |", "|---|---|---|---|", *lines, ""]


def operation_lines(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines about one operation."""
    yield f"### `{method.upper()} {path}`\n"
    yield f"{operation['summary']} In Python `sms.control.{operation['operationId']}`.\n"
    if "description" in operation:
        yield f"{operation['description']}\n"
    yield from parameters(operation)
    status, success = next(item for item in operation["responses"].items() if item[0].startswith("2"))
    content = success.get("content", {})
    answers = [schema_text(entry["schema"]) for kind, entry in content.items() if kind == "application/json"]
    answers += ["a file"] if "*/*" in content else []
    extra = [code for code in ("408", "501") if code in operation["responses"]]
    refusals = f"; {' and '.join(extra)}: {operation['responses'][extra[0]]['description']}" if extra else ""
    yield f"Answers {status}: {' or '.join(answers) or 'nothing'}{refusals}\n"


def page() -> str:
    """Return the page."""
    description = describe()
    by_tag: dict[str, list[str]] = {tag["name"]: [] for tag in description["tags"]}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            by_tag[operation["tags"][0]] += operation_lines(path, method, operation)
    parts = [INTRODUCTION]
    for tag, lines in by_tag.items():
        parts += [f"## {tag.replace('-', ' ').capitalize()}\n", *lines]
    parts.append("## Objects\n")
    for name, schema in sorted(description["components"]["schemas"].items(), key=lambda item: short(item[0])):
        parts.append(f"### {name}\n")
        if schema.get("description"):
            parts.append(f"{schema['description']}\n")
        fields = schema.get("properties", {}).items()
        rows = [f"| `{field}` | {schema_text(each)} |" for field, each in fields]
        parts += ["| field | value |", "|---|---|", *rows, ""] if rows else []
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
