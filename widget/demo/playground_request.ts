/** Turns what stands in the playground's form into the body of a request. */

const FILTERS = ["uri_prefix", "language"] as const;
const TAGS = ["tags_any", "tags_all"] as const;
const DAYS = ["updated_from", "updated_before"] as const;

/** The body; fields that are empty are left out. A day begins at midnight, UTC. */
export function searchBody(form: FormData): Record<string, unknown> {
  const filter: Record<string, unknown> = {};
  for (const name of FILTERS) {
    if (textOf(form, name)) filter[name] = textOf(form, name);
  }
  for (const name of TAGS) {
    const tags = textOf(form, name).split(",").map((tag) => tag.trim()).filter(Boolean);
    if (tags.length) filter[name] = tags;
  }
  for (const name of DAYS) {
    if (textOf(form, name)) filter[name] = `${textOf(form, name)}T00:00:00Z`;
  }
  const body: Record<string, unknown> = { query: textOf(form, "query"), k: Number(textOf(form, "k") || 0) };
  if (textOf(form, "profile")) body["profile"] = textOf(form, "profile");
  if (Object.keys(filter).length) body["filter"] = filter;
  return body;
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
