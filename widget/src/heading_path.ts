/** Where in its document a passage stands, without repeating the document's title. */

const SEPARATOR = /^[\s›>/|·:–-]+/;

/** Removes the title from the start of a heading path; empty when nothing is left. */
export function pathWithin(title: string, path: string): string {
  if (!path.startsWith(title)) return path;
  const rest = path.slice(title.length);
  return rest === "" || SEPARATOR.test(rest) ? rest.replace(SEPARATOR, "") : path;
}
