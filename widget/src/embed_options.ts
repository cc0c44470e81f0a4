/** The options of an embedding: from the script tag's `data-*` attributes and from `Causeway.boot`. */

/** What a host page may pass to `Causeway.boot`; each overrides the attribute of the same name. */
export interface BootOptions {
  /** The edge's address; by default the origin that served the loader. */
  readonly endpoint?: string;
  /** For anonymous visitors; otherwise the tenant is a claim of the host's token. */
  readonly tenant?: string;
  /** `launcher` (default) or `inline`. */
  readonly mode?: string;
  /** Inline only: the element, or a selector, that receives the panel. */
  readonly target?: string | Element;
  /** BCP 47 tag; by default the page's language, else the browser's. */
  readonly locale?: string;
  /** Fetches a short-lived JWT from the host's own backend. */
  readonly getHostToken?: () => Promise<string>;
}

/** Options with every default filled in. */
export interface Embedding {
  readonly mode: "launcher" | "inline";
  readonly endpoint: string;
  readonly locale: string;
  readonly tenant: string | undefined;
  readonly target: string | Element | undefined;
  readonly getHostToken: (() => Promise<string>) | undefined;
}

/** The parts of the page that defaults come from. */
export interface Surroundings {
  /** Address of the loader's script. */
  readonly scriptUrl: string;
  readonly pageLanguage: string;
  readonly browserLanguage: string;
}

export function resolveOptions(tag: Readonly<DOMStringMap>, boot: BootOptions, around: Surroundings): Embedding {
  const endpoint = boot.endpoint ?? tag["endpoint"] ?? new URL(around.scriptUrl).origin;
  return {
    mode: (boot.mode ?? tag["mode"]) === "inline" ? "inline" : "launcher",
    endpoint: endpoint.replace(/\/+$/, ""),
    locale: validLocale(boot.locale ?? tag["locale"] ?? (around.pageLanguage || around.browserLanguage)),
    tenant: boot.tenant ?? tag["tenant"],
    target: boot.target ?? tag["target"],
    getHostToken: boot.getHostToken,
  };
}

/** A locale that `Intl` refuses would break dates later; pages do write `lang="en_US"`. */
function validLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale.replaceAll("_", "-"))[0] ?? "en";
  } catch (cause) {
    if (cause instanceof RangeError) return "en";
    throw cause;
  }
}
