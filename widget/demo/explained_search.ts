/** An explained search as the edge returns it, and what a reader is told about it. */

export interface Seen {
  readonly score: number;
  readonly rank: number;
}

export interface Candidate {
  readonly passage_id: string;
  readonly title: string;
  readonly uri: string;
  readonly heading_path: readonly string[];
  readonly text: string;
  readonly rank: number;
  readonly outcome: string;
  readonly boost: number;
  readonly dense: Seen | null;
  readonly bm25: Seen | null;
  readonly fused: Seen | null;
  readonly rerank: Seen | null;
}

export interface Stage {
  readonly name: string;
  readonly took_ms: number;
  readonly found: number;
  readonly note: string;
}

export interface Plan {
  readonly level: number;
  readonly k: number;
  readonly prefetch: number;
  readonly fusion: string;
  readonly dense_weight: number;
  readonly language: string;
  readonly rerank_model: string;
  readonly rerank_depth: number;
  readonly rerank_budget_ms: number;
  readonly per_document: number;
  readonly relevance_weight: number;
  readonly neighbours: string;
}

export interface ExplainedSearch {
  readonly profile: string;
  readonly index_version: string;
  readonly content_revision: number;
  readonly took_ms: number;
  readonly degradations: readonly string[];
  readonly in_cache: boolean;
  readonly plan: Plan;
  readonly stages: readonly Stage[];
  readonly candidates: readonly Candidate[];
}

export const SCORES = ["dense", "bm25", "fused", "rerank"] as const;
export type ScoreName = (typeof SCORES)[number];

export const SCORE_LABELS: Readonly<Record<ScoreName, string>> = {
  dense: "Vectors",
  bm25: "Keywords",
  fused: "Fused",
  rerank: "Re-rank",
};

const STAGE_LABELS: Readonly<Record<string, string>> = {
  embed: "Embed the query",
  dense: "Vector search",
  bm25: "Keyword search",
  hybrid: "Both searches",
  fuse: "Fuse",
  rerank: "Re-rank",
  select: "Select",
};

const OUTCOMES: Readonly<Record<string, string>> = {
  beyond_k: "further down",
  same_document: "enough of its document",
  similar: "too similar to another",
  joined: "joined to a neighbour",
};

/** What a stage is called. */
export function stageLabel(name: string): string {
  return STAGE_LABELS[name] ?? name;
}

/** Why a candidate is not on the page; empty where it is. */
export function outcomeLabel(outcome: string): string {
  return outcome === "returned" ? "" : (OUTCOMES[outcome] ?? outcome.replaceAll("_", " "));
}

/** The scores that at least one candidate has. */
export function scoresShown(candidates: readonly Candidate[]): readonly ScoreName[] {
  return SCORES.filter((name) => candidates.some((candidate) => candidate[name] !== null));
}

/** How long a score's bar is among its like, 0 to 1: of scores that may be below zero, the least has none. */
export function shareOf(value: number, all: readonly number[]): number {
  const least = Math.min(0, ...all);
  const most = Math.max(0, ...all);
  return most === least ? 0 : (value - least) / (most - least);
}

/** What a candidate is called: its innermost heading, then where that stands. */
export function nameOf(candidate: Candidate): { readonly name: string; readonly within: string } {
  const title = candidate.title || candidate.uri;
  const below = candidate.heading_path.filter((heading) => heading !== title);
  const name = below.at(-1) ?? title;
  const within = [...new Set([...(below.length ? [title] : []), ...below.slice(0, -1), candidate.uri])];
  return { name, within: within.filter((part) => part !== name).join(" › ") };
}

/** One line about the whole search. */
export function verdictOf(found: ExplainedSearch): string {
  const returned = found.candidates.filter((candidate) => candidate.rank > 0).length;
  const parts = [
    `${returned} of ${found.candidates.length} candidates`,
    `${found.took_ms.toFixed(1)} ms`,
    `index ${found.index_version}, state ${found.content_revision}`,
    `profile ${found.profile}`,
  ];
  if (found.degradations.length) parts.push(`skipped: ${found.degradations.join(", ")}`);
  if (found.in_cache) parts.push("without an explanation, from memory");
  return parts.join(" · ");
}

/** What was meant to be done. */
export function planOf(plan: Plan): string {
  const parts = [
    `${plan.prefetch} candidates from each search`,
    `${plan.fusion.replaceAll("_", " ")}, ${Math.round(plan.dense_weight * 100)} % vectors`,
  ];
  if (plan.language) parts.push(`question in ${plan.language}`);
  if (plan.rerank_model) parts.push(`up to ${plan.rerank_depth} re-ranked within ${plan.rerank_budget_ms.toFixed(0)} ms`);
  if (plan.per_document) parts.push(`at most ${plan.per_document} of a document`);
  if (plan.relevance_weight < 1) parts.push(`${Math.round((1 - plan.relevance_weight) * 100)} % novelty`);
  if (plan.neighbours && plan.neighbours !== "off") parts.push(`neighbours: ${plan.neighbours}`);
  if (plan.level) parts.push(`under pressure, level ${plan.level}`);
  return parts.join(" · ");
}
