/** The panel: puts the views together and keeps them in step with the conversation. */

import { Announcer } from "./announcer";
import { CitationView } from "./citation_view";
import { ComposerView } from "./composer_view";
import type { Conversation } from "./conversation";
import { beforePaint, el } from "./dom";
import { failureView } from "./failure_view";
import { FooterView } from "./footer_view";
import { HeaderView } from "./header_view";
import type { Problem } from "./problem";
import type { Session } from "./session";
import { TranscriptView } from "./transcript_view";
import { isOver, type Turn } from "./turn";
import { TurnView } from "./turn_view";
import type { ViewContext } from "./view_context";
import { WelcomeView } from "./welcome_view";

export interface ChatViewOptions {
  readonly context: Omit<ViewContext, "ask" | "retry" | "announce">;
  readonly closable: boolean;
  readonly onClose: () => void;
}

export class ChatView {
  readonly root: HTMLElement;
  private readonly context: ViewContext;
  private readonly announcer: Announcer;
  private readonly header: HeaderView;
  private readonly banner = el("p", { class: "banner", hidden: true });
  private readonly transcript: TranscriptView;
  private readonly composer: ComposerView;
  private readonly footer = new FooterView();
  private readonly welcome: WelcomeView;
  private readonly card: CitationView;
  private current: TurnView | null = null;
  private shown: Turn | null = null;
  private pending: Turn | null = null;
  private conversation: Conversation | null = null;

  constructor(private readonly options: ChatViewOptions) {
    const { strings } = options.context;
    this.announcer = new Announcer(strings);
    const ask = (question: string): void => this.ask(question);
    const announce = (text: string): void => this.announcer.say(text);
    this.context = { ...options.context, ask, announce, retry: () => this.conversation?.retry() };
    this.card = new CitationView(this.context);
    const onDelete = (): void => void this.deleteConversation();
    this.header = new HeaderView({ ...options, strings, onDelete, onNew: () => this.startAnew() });
    this.transcript = new TranscriptView(strings);
    this.composer = new ComposerView(strings, ask, () => this.conversation?.stop());
    this.welcome = new WelcomeView(this.context);
    this.transcript.add(this.welcome.root);
    this.root = this.assemble();
  }

  /** Connects the conversation; it in turn reports its turns to `show`. */
  connect(conversation: Conversation): void {
    this.conversation = conversation;
  }

  /** To be called when the panel has become visible. */
  reveal(): void {
    this.transcript.reveal();
    this.composer.focus();
  }

  ask(question: string): void {
    if (this.conversation === null || this.conversation.busy) return;
    this.transcript.toEnd();
    this.conversation.ask(question);
    this.context.emit("question", {});
  }

  /** Takes a turn's new state; many changes between two frames are drawn once. */
  show(turn: Turn): void {
    this.announcer.follow(turn);
    this.composer.setBusy(!isOver(turn));
    if (this.pending !== null && this.pending.index !== turn.index) this.draw();
    const scheduled = this.pending !== null;
    this.pending = turn;
    if (!scheduled) beforePaint(() => this.draw());
  }

  /** Shows the turns that the conversation had before the page was loaded. */
  showPast(turns: readonly Turn[]): void {
    if (turns.length === 0) return;
    this.transcript.change(() => {
      this.welcome.root.remove();
      for (const turn of turns) this.transcript.add(new TurnView(turn, this.context, this.card).root);
    });
    this.header.setStarted(true);
    this.transcript.toEnd();
  }

  showSession(session: Session): void {
    const { config } = session;
    this.header.title.textContent = config.title ?? this.context.strings.title;
    this.banner.textContent = config.banner ?? "";
    this.banner.hidden = config.banner === undefined;
    this.footer.update(config);
    this.welcome.update(session);
  }

  showSessionFailure(problem: Problem, onRetry: () => void): void {
    this.welcome.showFailure(failureView(problem.failure, this.context.strings, onRetry));
  }

  private assemble(): HTMLElement {
    const { closable } = this.options;
    const role = closable ? "dialog" : "region";
    const root = el("section", { class: "panel", role, "aria-labelledby": "title", "data-testid": "panel" });
    const stage = el("div", { class: "stage" }, this.transcript.root, this.transcript.jump);
    root.append(this.header.root, this.banner, stage, this.composer.root, this.footer.root, this.announcer.root);
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("pointerdown", (event) => {
      if (!this.card.owns(event)) this.card.close(false);
    });
    return root;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    if (this.card.isOpen) this.card.close(true);
    else if (this.options.closable) this.options.onClose();
    else return;
    event.stopPropagation();
  }

  private draw(): void {
    const turn = this.pending;
    this.pending = null;
    if (turn === null) return;
    this.transcript.change(() => this.drawTurn(turn));
    if (isOver(turn) && this.shown !== turn) this.conclude(turn);
    this.shown = turn;
  }

  private drawTurn(turn: Turn): void {
    const again = this.shown?.index === turn.index && isOver(this.shown);
    if (this.current !== null && this.shown?.index === turn.index && !again) {
      this.current.update(turn);
      return;
    }
    if (again) this.current?.root.remove();
    this.welcome.root.remove();
    this.header.setStarted(true);
    this.current = new TurnView(turn, this.context, this.card);
    this.transcript.addTurn(this.current.root);
  }

  private conclude({ queryId, finish, failure }: Turn): void {
    if (failure === undefined) this.context.emit("answer", { query_id: queryId, finish });
    else this.context.emit("error", { query_id: queryId, kind: failure.kind });
  }

  private async deleteConversation(): Promise<void> {
    const { strings } = this.context;
    const id = this.conversation?.id ?? "";
    try {
      if (id !== "") await this.context.deleteConversation(id);
    } catch {
      this.transcript.change(() => this.transcript.add(el("p", { class: "note", role: "alert" }, strings.deleteFailed)));
      return;
    }
    this.startAnew();
    this.announcer.say(strings.deleted);
  }

  private startAnew(): void {
    this.conversation?.reset();
    this.pending = null;
    this.shown = null;
    this.current = null;
    this.card.close(false);
    this.transcript.clear();
    this.transcript.add(this.welcome.root);
    this.composer.setBusy(false);
    this.header.setStarted(false);
    this.composer.focus();
  }
}
