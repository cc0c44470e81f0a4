/** The list of sources under an answer. */

import type { Source } from "./answer_event";
import { el } from "./dom";
import { pathWithin } from "./heading_path";

export interface SourceListOptions {
  readonly heading: string;
  readonly sources: readonly Source[];
  /** Adds the beginning of each passage: for a refusal, where the sources are all there is to read. */
  readonly withSnippets: boolean;
  readonly onOpen: (n: number, row: HTMLElement) => void;
}

/** Makes the list; each row opens its source. */
export function sourceList({ heading, sources, withSnippets, onOpen }: SourceListOptions): HTMLElement {
  const rows = sources.map((source) => {
    const row = el("button", { type: "button", class: "source", "data-testid": "source", "aria-expanded": "false" });
    row.append(el("span", { class: "number" }, String(source.n)), " ", sourceText(source, withSnippets));
    row.addEventListener("click", () => onOpen(source.n, row));
    return el("li", {}, row);
  });
  return el("div", { class: "sources" }, el("h4", {}, heading), el("ol", {}, ...rows));
}

function sourceText(source: Source, withSnippet: boolean): HTMLElement {
  const text = el("span", { class: "source-text" }, el("span", { class: "source-title" }, source.title));
  const path = pathWithin(source.title, source.heading);
  if (path !== "") text.append(el("span", { class: "source-path" }, path));
  if (withSnippet && source.snippet !== "") text.append(el("span", { class: "source-snippet" }, source.snippet));
  return text;
}
