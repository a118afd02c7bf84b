// Owns which way a widget's questions take: straight to the page's server, or through the kernel where that is out of reach.

import type { KernelLine } from "./kernel";
import { ApiError, restApi } from "./table/api";
import type { Ask } from "./table/api";
import type { Api } from "./table/types";

/** Straight to the server: its calls, and its hints. */
export interface Straight {
  ask: Ask;
  /** Whether this is a page of a Jupyter server at all. */
  atHome: boolean;
  listen: (onHint: () => void) => () => void;
}

const REMARK = "Through the kernel: this page cannot reach the server itself, so the table may wait for running cells.";
/** What says that there is no staging service where this page asks, in contrast to one that refuses. */
const ELSEWHERE = new Set(["unreachable", "not_installed", "signed_out"]);

/** The API of a widget: straight, as long as that ever worked; else through the kernel. */
export function routedApi(straight: Straight, kernel: KernelLine): Api {
  const route = new Route(straight, kernel);
  return { ...restApi(route.ask, "", route.listen), remark: () => (route.way === "kernel" ? REMARK : "") };
}

class Route {
  way: "unknown" | "straight" | "kernel" = "unknown";
  private onHint: () => void = () => undefined;
  private stopHints: (() => void) | null = null;

  constructor(
    private readonly straight: Straight,
    private readonly kernel: KernelLine,
  ) {}

  readonly ask: Ask = async <Answer>(method: "GET" | "POST", path: string, body?: object, timeout?: number) => {
    const first = this.way === "kernel" ? this.kernel.ask : this.askStraight;
    try {
      return await first<Answer>(method, path, body, timeout);
    } catch (error) {
      if (this.way === "straight" || method !== "GET" || !isElsewhere(error)) throw error;
      return await this.otherWay<Answer>(path, error);
    }
  };

  /** Hints come straight or not at all; a kernel that is back is one, too. */
  readonly listen = (onHint: () => void) => {
    this.onHint = onHint;
    this.kernel.onBack = onHint;
    if (this.way === "straight") this.startHints();
    return () => this.stopHints?.();
  };

  private readonly askStraight: Ask = async <Answer>(
    method: "GET" | "POST",
    path: string,
    body?: object,
    timeout?: number,
  ) => {
    try {
      const answer = await this.straight.ask<Answer>(method, path, body, timeout);
      this.goStraight();
      return answer;
    } catch (error) {
      if (!isElsewhere(error)) this.goStraight();
      throw error;
    }
  };

  /** A read that failed one way may do the other; which of them works is kept. */
  private async otherWay<Answer>(path: string, error: unknown): Promise<Answer> {
    if (this.way === "kernel") {
      return this.askStraight<Answer>("GET", path).catch(() => {
        throw error;
      });
    }
    try {
      const answer = await this.kernel.ask<Answer>("GET", path);
      this.way = "kernel";
      return answer;
    } catch (refused) {
      if (!isElsewhere(refused)) this.way = "kernel";
      throw this.telling(error, refused);
    }
  }

  /** Which of two failures says more: a Jupyter page whose server is down has a kernel that is silent, too. */
  private telling(straight: unknown, kernel: unknown) {
    const down = straight instanceof ApiError && straight.code === "unreachable" && this.straight.atHome;
    return down && isElsewhere(kernel) ? straight : kernel;
  }

  private goStraight() {
    this.way = "straight";
    if (!this.stopHints) this.startHints();
  }

  private startHints() {
    this.stopHints = this.straight.listen(this.onHint);
  }
}

function isElsewhere(error: unknown) {
  return error instanceof ApiError && (ELSEWHERE.has(error.code) || error.code === "kernel_busy");
}
