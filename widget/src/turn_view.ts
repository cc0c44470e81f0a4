/** One question with everything below it. */

import type { Source } from "./answer_event";
import { AnswerView } from "./answer_view";
import type { CitationView } from "./citation_view";
import { el } from "./dom";
import { failureView } from "./failure_view";
import { FeedbackView } from "./feedback_view";
import { icon, type IconName } from "./icons";
import { sourceList } from "./sources_view";
import { citedNumbers, type Notice, type Turn } from "./turn";
import type { ViewContext } from "./view_context";

const MAX_NEAREST = 4;

export class TurnView {
  readonly root: HTMLElement;
  private readonly answer: AnswerView;
  private readonly notes = el("div", { class: "notes" });
  private readonly notesShown = new Set<string>();
  private turn: Turn;
  private concluded = false;

  constructor(
    turn: Turn,
    private readonly context: ViewContext,
    private readonly card: CitationView,
  ) {
    this.turn = turn;
    this.answer = new AnswerView(context, (n, chip) => this.openSource(n, chip));
    const asked = el("span", { class: "sr-only" }, `${context.strings.you}: `);
    const question = el("h3", { class: "question", id: `question-${turn.index}` }, asked, turn.question);
    this.root = el("article", { class: "turn", "aria-labelledby": question.id }, question, this.answer.root, this.notes);
    this.update(turn);
  }

  /** Brings the view to the turn's present state. After the end nothing changes any more. */
  update(turn: Turn): void {
    if (this.concluded) return;
    this.turn = turn;
    this.answer.update(turn);
    for (const notice of turn.notices) this.note(notice, "info");
    this.showReconnecting(turn.reconnecting);
    if (turn.phase === "done") this.conclude();
    if (turn.phase === "failed") this.fail();
  }

  private showReconnecting(reconnecting: boolean): void {
    const shown = this.root.querySelector(".reconnecting");
    if (!reconnecting) shown?.remove();
    else if (shown === null) this.notes.append(noteLine(this.context.strings.reconnecting, "retry", "note reconnecting"));
  }

  private note({ code, text }: Notice, glyph: IconName): void {
    const key = `${code} ${text}`;
    if (this.notesShown.has(key)) return;
    this.notesShown.add(key);
    this.notes.append(noteLine(text, glyph, "note"));
  }

  private conclude(): void {
    this.concluded = true;
    const { turn, context } = this;
    this.noteFinish(turn);
    if (turn.finish === "refusal") this.refuse();
    else this.listSources(citedNumbers(turn).flatMap((n) => turn.sources.get(n) ?? []));
    if (turn.queryId !== "" && turn.text !== "") this.root.append(new FeedbackView(context, turn.queryId).root);
    if (turn.suggestions.length > 0) this.suggest(turn.suggestions);
  }

  private noteFinish({ finish, needsReview }: Turn): void {
    const { strings } = this.context;
    if (finish === "stopped") this.note({ code: "stopped", text: strings.stopped }, "stop");
    if (finish === "length") this.note({ code: "length", text: strings.tooLong }, "info");
    if (finish === "abandoned") this.note({ code: "abandoned", text: strings.unfinished }, "info");
    if (needsReview && finish === "stop") this.note({ code: "review", text: strings.review }, "info");
  }

  private refuse(): void {
    const { strings } = this.context;
    this.answer.refuse(el("p", { class: "refusal-head" }, icon("search"), strings.refused));
    const nearest = [...this.turn.sources.values()].slice(0, MAX_NEAREST);
    if (nearest.length === 0) return;
    this.root.append(
      sourceList({
        heading: strings.nearest,
        sources: nearest,
        withSnippets: true,
        onOpen: (n, row) => this.openSource(n, row),
      }),
    );
  }

  private listSources(sources: readonly Source[]): void {
    if (sources.length === 0) return;
    const onOpen = (n: number, row: HTMLElement): void => this.openSource(n, row);
    this.root.append(sourceList({ heading: this.context.strings.sources, sources, withSnippets: false, onOpen }));
  }

  private suggest(questions: readonly string[]): void {
    const buttons = questions.map((question) => suggestionButton(question, this.context.ask));
    this.root.append(el("div", { class: "follow-ups" }, el("h4", {}, this.context.strings.followUps), ...buttons));
  }

  private fail(): void {
    this.concluded = true;
    const { failure } = this.turn;
    if (failure !== undefined) this.root.append(failureView(failure, this.context.strings, this.context.retry));
  }

  private openSource(n: number, trigger: HTMLElement): void {
    const source = this.turn.sources.get(n);
    if (source === undefined) return;
    this.card.toggle(source, this.turn.quotes.get(n) ?? [], trigger, this.root);
    this.context.emit("citation", { query_id: this.turn.queryId, n });
  }
}

/** A question that is asked by pressing it. */
export function suggestionButton(question: string, ask: (question: string) => void): HTMLButtonElement {
  const attributes = { type: "button", class: "suggestion", "data-testid": "suggestion" };
  const button = el("button", attributes, el("span", {}, question), icon("arrow"));
  button.addEventListener("click", () => ask(question));
  return button;
}

function noteLine(text: string, glyph: IconName, className: string): HTMLElement {
  return el("p", { class: className, "data-testid": "notice" }, icon(glyph), el("span", {}, text));
}
