/** The `<causeway-chat>` element: one panel, one session, one conversation. */

import { ChatView } from "./chat_view";
import { Conversation } from "./conversation";
import { currentPage } from "./page";
import type { CausewayEvent, EventDetail, PanelHandle, PanelOptions } from "./panel_contract";
import { asProblem } from "./problem";
import { type Session, SessionKeeper } from "./session";
import { stringsFor } from "./strings";
import { applyStyles, applyTheme } from "./styles";
import { type Remembered, TabMemory, tabStore } from "./tab_memory";
import { themeFor } from "./theme";
import { browserTiming } from "./timing";
import { Transport } from "./transport";
import { followViewport } from "./viewport";

type Unfinished = Pick<Remembered, "queryId" | "question">;

export class CausewayChat extends HTMLElement implements PanelHandle {
  private view: ChatView | null = null;
  private conversation: Conversation | null = null;
  private sessions: SessionKeeper | null = null;
  private transport: Transport | null = null;
  private onEvent: PanelOptions["onEvent"] = () => undefined;
  private unfollow: () => void = () => undefined;
  private adopted = false;
  /** The answer that was on its way when the page was left. */
  private unfinished: Unfinished = { queryId: "", question: "" };

  /** Builds the panel and begins the session; to be called once, before the element is put on the page. */
  start(options: PanelOptions): void {
    const { language, strings } = stringsFor(options.locale);
    this.onEvent = options.onEvent;
    this.lang = language;
    this.setAttribute("mode", options.mode);
    const memory = new TabMemory(options.endpoint, options.tenant ?? "", tabStore());
    this.unfinished = memory.read();
    this.sessions = keeper(options, memory);
    const transport = new Transport(options.endpoint, this.sessions, (...request) => fetch(...request));
    this.transport = transport;
    const emit = (name: string, detail: EventDetail): void => this.onEvent(name as CausewayEvent, detail);
    this.view = new ChatView({
      closable: options.mode === "launcher",
      onClose: () => this.close(),
      context: {
        strings,
        locale: options.locale,
        newKey: () => crypto.randomUUID(),
        loadPassage: (id) => transport.passage(id),
        deleteConversation: (id) => transport.deleteConversation(id),
        sendFeedback: (feedback) => transport.feedback(feedback),
        emit,
      },
    });
    this.conversation = this.converse(options, transport, this.view, memory);
    this.view.connect(this.conversation);
    const root = this.attachShadow({ mode: "open" });
    applyStyles(root);
    root.append(this.view.root);
    this.begin();
  }

  open(): void {
    this.hidden = false;
    this.unfollow();
    this.unfollow = followViewport(this);
    this.view?.reveal();
    this.onEvent("open", {});
  }

  /** Hides a launcher's panel; an inline one stays. */
  close(): void {
    if (this.hidden || this.getAttribute("mode") === "inline") return;
    this.hidden = true;
    this.unfollow();
    this.onEvent("close", {});
  }

  ask(question: string): void {
    this.view?.ask(question);
  }

  destroy(): void {
    this.conversation?.close();
    this.unfollow();
    this.remove();
  }

  private converse(options: PanelOptions, transport: Transport, view: ChatView, memory: TabMemory): Conversation {
    return new Conversation({
      transport,
      firstConversationId: async () => (await this.session()).conversationId,
      page: currentPage,
      locale: options.locale,
      newKey: () => crypto.randomUUID(),
      timing: browserTiming,
      onTurn: (turn) => {
        memory.follow(turn);
        view.show(turn);
      },
      onConversation: (conversationId) => memory.write({ conversationId }),
    });
  }

  private async session(): Promise<Session> {
    if (this.sessions === null) throw new TypeError("start() was not called");
    const session = await this.sessions.current();
    this.adopt(session);
    return session;
  }

  /** Takes on what the first session says about looks and words. */
  private adopt(session: Session): void {
    if (this.adopted) return;
    this.adopted = true;
    const theme = session.config.accent === undefined ? null : themeFor(session.config.accent);
    if (theme !== null) applyTheme(this, theme);
    this.view?.showSession(session);
    if (session.resumed) void this.recall(session.conversationId, this.unfinished);
    this.onEvent("ready", { suggestions: session.suggestions });
  }

  /** Shows what the conversation held before the page was loaded; without it the panel simply begins empty. */
  private async recall(conversationId: string, { queryId, question }: Unfinished): Promise<void> {
    const turns = (await this.transport?.conversation(conversationId).catch(() => [])) ?? [];
    if (this.conversation?.resume(conversationId, turns.length) !== true) return;
    this.view?.showPast(turns);
    const finished = turns.some((turn) => turn.queryId === queryId);
    if (queryId !== "" && !finished) this.conversation.rejoin(queryId, question);
  }

  private begin(): void {
    this.session().catch((cause: unknown) => {
      this.view?.showSessionFailure(asProblem(cause), () => this.begin());
    });
  }
}

function keeper({ endpoint, tenant, locale, getHostToken }: PanelOptions, memory: TabMemory): SessionKeeper {
  return new SessionKeeper({
    memory,
    endpoint,
    tenant,
    locale,
    getHostToken,
    page: currentPage,
    now: () => Date.now(),
    fetch: (...request) => fetch(...request),
  });
}
