// Owns the way to the staging service through the notebook's kernel, for pages that cannot reach the server themselves.

import { ApiError } from "./table/api";
import type { Ask } from "./table/api";

/** The part of anywidget's model that carries messages. */
export interface Messages {
  send(content: object): void;
  on(event: "msg:custom", heard: (content: unknown) => void): void;
  off(event: "msg:custom", heard: (content: unknown) => void): void;
}

/** What exlab_wizard/panel/relay.py says; `at` is the kernel's clock in seconds. */
interface Reply {
  kind: "began" | "expired" | "answer";
  id: string;
  at: number;
  status?: number;
  body?: unknown;
}

/** One question on its way; both promises only ever resolve, and `reply` ends `begun` too. */
interface Question {
  sentAt: number;
  waiting: boolean;
  begun: Promise<void>;
  reply: Promise<Reply>;
  begin: () => void;
  end: (reply: Reply) => void;
}

/** So long a kernel may take to begin: it begins nothing while a cell runs. */
const BEGIN_MS = 10_000;
/** So much longer the page waits than the kernel may begin, so that it never calls undone what was done. */
const GRACE_MS = 2_000;
/** So long an answer may take once the kernel is at it. */
const ANSWER_MS = 30_000;
/** So long a read stays good in the kernel's queue, and no second one is sent: a long cell must not pile them up. */
const KEEP_MS = 60_000;

const WAITS = "The kernel runs a cell, or has ended.";
const READ_LATER = `${WAITS} The table goes on as soon as it answers.`;
const NOT_DONE = `${WAITS} Nothing was done: click again when it is idle.`;
const NO_WORD = "The kernel has the question, but no answer came. Look at the row before you click again.";

/** Questions to the staging service as messages of the widget, and their answers. */
export class KernelLine {
  /** Called when something comes that nobody waits for any longer: the kernel is back. */
  onBack: () => void = () => undefined;
  private readonly page = Math.random().toString(36).slice(2);
  private readonly questions = new Map<string, Question>();
  private readonly reads = new Map<string, string>();
  private count = 0;
  private offsetSeconds: number | null = null;

  constructor(private readonly model: Messages) {
    model.on("msg:custom", this.heard);
  }

  /** End for good. */
  close() {
    this.model.off("msg:custom", this.heard);
    this.questions.clear();
  }

  /** One call as to the server itself: rejects with ApiError only. `path` begins with a slash and lies below /staging. */
  readonly ask: Ask = async <Answer>(method: "GET" | "POST", path: string, body?: object, timeout = ANSWER_MS) => {
    const reading = method === "GET";
    const question = (reading ? this.inFlight(path) : undefined) ?? this.put(method, path, body);
    question.waiting = true;
    try {
      await within(question.begun, BEGIN_MS + GRACE_MS, busy(reading));
      const reply = await within(question.reply, Math.max(timeout, ANSWER_MS), new ApiError(0, "unreachable", NO_WORD));
      if (reply.kind === "expired") throw busy(reading);
      return answerOf(reply) as Answer; // its shape is fixed by exlab_wizard/api/models.py
    } finally {
      question.waiting = false;
    }
  };

  /** The same read, sent a short while ago and not answered yet. */
  private inFlight(path: string) {
    const id = this.reads.get(path) ?? "";
    const question = this.questions.get(id);
    if (!question || Date.now() - question.sentAt < KEEP_MS) return question;
    this.questions.delete(id); // lost with a kernel, or dropped by it
    return undefined;
  }

  private put(method: "GET" | "POST", path: string, body: object | undefined): Question {
    const id = `${this.page}-${++this.count}`;
    const question = newQuestion();
    this.questions.set(id, question);
    if (method === "GET") this.reads.set(path, id);
    const until = this.untilSeconds(method === "GET" ? KEEP_MS : BEGIN_MS);
    this.model.send({ kind: "ask", id, method, path: path.slice(1), body: body ?? null, until });
    return question;
  }

  /** When the kernel may drop a question, on its own clock; null before that is known. */
  private untilSeconds(ms: number) {
    return this.offsetSeconds === null ? null : (Date.now() + ms) / 1000 + this.offsetSeconds;
  }

  private readonly heard = (content: unknown) => {
    const reply = content as Reply;
    const question = this.questions.get(reply.id);
    if (!question) return; // another page's, or from before a reload
    this.offsetSeconds = reply.at - Date.now() / 1000;
    question.begin();
    if (reply.kind === "began") return;
    this.questions.delete(reply.id);
    question.end(reply);
    if (!question.waiting) this.onBack();
  };
}

function newQuestion(): Question {
  let begin: () => void = () => undefined;
  let end: (reply: Reply) => void = () => undefined;
  const begun = new Promise<void>((done) => (begin = done));
  const reply = new Promise<Reply>((done) => (end = done));
  return { sentAt: Date.now(), waiting: true, begun, reply, begin, end };
}

function busy(reading: boolean) {
  return new ApiError(0, "kernel_busy", reading ? READ_LATER : NOT_DONE);
}

/** What the service said: its answer, or its refusal as ApiError. */
function answerOf({ status = 0, body }: Reply): unknown {
  if (status >= 200 && status < 300 && body !== null) return body;
  const { code = "unreachable", message = "The staging service does not answer." } = (body ?? {}) as Partial<ApiError>;
  throw new ApiError(status, code === "no_answer" ? "unreachable" : code, message);
}

/** `promise`, unless it takes longer than `ms`. */
async function within<Value>(promise: Promise<Value>, ms: number, late: ApiError) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, fail) => (timer = setTimeout(() => fail(late), ms)));
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
