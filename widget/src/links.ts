/** Decides which addresses may become links. */

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/**
 * Returns the normalised address, or null when it must stay plain text.
 *
 * Only absolute http, https and mailto addresses pass: a relative one would point into the host page, any other
 * scheme can run code, and a user name before the host (`https://bank.example@evil.example`) only misleads.
 */
export function safeHref(raw: string): string | null {
  if (!URL.canParse(raw)) return null;
  const url = new URL(raw);
  if (!SCHEMES.has(url.protocol) || url.username !== "" || url.password !== "") return null;
  return url.href;
}

/** Returns the address of a document when it opens in a browser, else null. */
export function documentHref(raw: string | undefined): string | null {
  const href = raw === undefined ? null : safeHref(raw);
  return href?.startsWith("http") ? href : null;
}
