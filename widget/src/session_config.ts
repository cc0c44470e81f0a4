/** What a tenant decides about the widget's looks and words. */

import { isObject, type Json, optionalText, text } from "./json";

export interface Link {
  readonly label: string;
  readonly url: string;
}

/** Every part is optional: an older or a bare edge sends none. */
export interface SessionConfig {
  readonly title?: string | undefined;
  readonly greeting?: string | undefined;
  readonly disclaimer?: string | undefined;
  readonly banner?: string | undefined;
  readonly accent?: string | undefined;
  readonly handoff?: Link | undefined;
  readonly cta?: Link | undefined;
}

export function decodeConfig(value: unknown): SessionConfig {
  const config = isObject(value) ? value : {};
  const theme = isObject(config["theme"]) ? config["theme"] : {};
  return {
    title: optionalText(config, "title"),
    greeting: optionalText(config, "greeting"),
    disclaimer: optionalText(config, "disclaimer"),
    banner: optionalText(config, "banner") ?? nestedText(config["banner"]),
    accent: optionalText(theme, "accent"),
    handoff: decodeLink(config["handoff"]),
    cta: decodeLink(config["cta"]),
  };
}

function nestedText(value: unknown): string | undefined {
  return isObject(value) ? optionalText(value, "text") : undefined;
}

function decodeLink(value: unknown): Link | undefined {
  if (!isObject(value)) return undefined;
  const link: Json = value;
  const url = optionalText(link, "url");
  return url === undefined ? undefined : { url, label: text(link, "label") || url };
}
