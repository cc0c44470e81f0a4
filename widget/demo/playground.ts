/** The playground: searches as a visitor, and draws how the result came about. */

import {
  type Candidate,
  type ExplainedSearch,
  nameOf,
  outcomeLabel,
  planOf,
  SCORE_LABELS,
  type ScoreName,
  scoresShown,
  shareOf,
  stageLabel,
  verdictOf,
} from "./explained_search";
import { searchBody } from "./playground_request";

let session: string | undefined;

/** Runs the search of the form. */
async function search(form: HTMLFormElement): Promise<void> {
  byId("verdict").textContent = "Searching …";
  const own = (byId("session") as HTMLInputElement).value.trim();
  try {
    const found = await post("/v1/search/explain", searchBody(new FormData(form)), own || (await demoSession()));
    draw(found as ExplainedSearch);
  } catch (error) {
    byId("outcome").hidden = true;
    byId("verdict").textContent = error instanceof Error ? error.message : String(error);
  }
}

/** A session of a visitor of the demo, kept for the life of the page. */
async function demoSession(): Promise<string> {
  if (session === undefined) {
    const { token } = (await post("/demo/token", {})) as { token: string };
    const opened = (await post("/v1/sessions", {}, token)) as { session_token: string; expires_at: string };
    session = opened.session_token;
    const left = Date.parse(opened.expires_at) - Date.now();
    setTimeout(() => (session = undefined), Math.max(0, left - 30_000));
  }
  return session;
}

async function post(path: string, body: unknown, token?: string): Promise<unknown> {
  const headers = new Headers({ "Content-Type": "application/json" });
  if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = (await response.json()) as { detail?: string };
  if (!response.ok) throw new Error(answer.detail ?? `${path} answered ${response.status}.`);
  return answer;
}

function draw(found: ExplainedSearch): void {
  byId("verdict").textContent = verdictOf(found);
  byId("plan").textContent = planOf(found.plan);
  drawStages(found);
  const shown = scoresShown(found.candidates);
  const returned = found.candidates.filter((each) => each.rank > 0).sort((a, b) => a.rank - b.rank);
  const others = found.candidates.filter((each) => each.rank === 0);
  byId("returned").replaceChildren(...returned.map((each) => card(each, shown, found.candidates)));
  byId("others").replaceChildren(...others.map((each) => card(each, shown, found.candidates)));
  byId("rest").hidden = others.length === 0;
  byId("rest-summary").textContent = `${others.length} candidates that were not returned`;
  byId("outcome").hidden = false;
}

function drawStages(found: ExplainedSearch): void {
  const times = found.stages.map((stage) => stage.took_ms);
  byId("stages").replaceChildren(
    ...found.stages.map((stage) => {
      const counted = stage.found > 0 ? `${stage.found} found` : "";
      const note = [counted, stage.note].filter(Boolean).join(", ");
      return element(
        "li",
        "stage",
        element("span", "stage-name", stageLabel(stage.name)),
        bar(shareOf(stage.took_ms, times), "time"),
        element("span", "number", `${stage.took_ms.toFixed(1)} ms`),
        element("span", "note", note),
      );
    }),
  );
}

function card(candidate: Candidate, shown: readonly ScoreName[], all: readonly Candidate[]): HTMLElement {
  const { name, within } = nameOf(candidate);
  const why = outcomeLabel(candidate.outcome);
  const head = element("div", "card-head", element("h3", "", name));
  if (candidate.rank > 0) head.prepend(element("span", "place", String(candidate.rank)));
  if (why) head.append(element("span", "why", why));
  const scores = element("dl", "scores", ...shown.map((score) => scoreRow(candidate, score, all)));
  const item = element("li", "candidate", head, element("p", "within", within), scores);
  if (candidate.text) item.append(textOf(candidate));
  return item;
}

function scoreRow(candidate: Candidate, name: ScoreName, all: readonly Candidate[]): HTMLElement {
  const seen = candidate[name];
  const row = element("div", "score", element("dt", "", SCORE_LABELS[name]));
  if (seen === null) {
    row.append(element("dd", "absent", "not seen"));
    return row;
  }
  const values = all.flatMap((each) => (each[name] === null ? [] : [each[name].score]));
  const digits = name === "bm25" ? 2 : 3;
  const words = element("span", "number", seen.score.toFixed(digits));
  if (seen.rank > 0) words.append(element("span", "rank", ` no. ${seen.rank}`));
  row.append(element("dd", "", bar(shareOf(seen.score, values), name), words));
  return row;
}

function textOf(candidate: Candidate): HTMLElement {
  const text = element("details", "text", element("summary", "", "Text"), element("p", "", candidate.text));
  return text;
}

/** A bar; the number that it stands for is beside it. */
function bar(share: number, kind: string): HTMLElement {
  const fill = element("span", "fill");
  fill.style.setProperty("inline-size", `${(share * 100).toFixed(1)}%`);
  const track = element("span", `bar ${kind}`, fill);
  track.setAttribute("aria-hidden", "true");
  return track;
}

function element(tag: string, name: string, ...children: readonly (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...children);
  return made;
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new TypeError(`The page has no #${id}.`);
  return found;
}

const form = byId("wish") as HTMLFormElement;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void search(form);
});
const asked = new URLSearchParams(location.search).get("query");
if (asked) {
  (byId("query") as HTMLInputElement).value = asked;
  form.requestSubmit();
}
