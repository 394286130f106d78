/** Calls to our own server, with the page's bearer token. */

import { t } from "./messages.js";

// Our server gives Canvas some seconds and retries; beyond this nobody is still waiting.
const PATIENCE = 60_000;

/** What went wrong, in words for a person, as the server said it. */
export class ApiError extends Error {
  /**
   * @param {{code: string, message: string, next_step: string, request_id?: string, retry_after?: number}} body
   * @param {number} status 0 where no answer came
   * @param {Record<string, any>} [more] what came beside it
   */
  constructor(body, status, more = {}) {
    super(body.message);
    this.name = "ApiError";
    this.code = body.code;
    this.nextStep = body.next_step;
    this.requestId = body.request_id;
    this.retryAfter = body.retry_after; // seconds
    this.status = status;
    this.more = more;
  }

  /** Whether the person has to connect Canvas before anything else works. */
  get needsGrant() {
    return this.code === "grant_missing" || this.code === "grant_revoked";
  }
}

/** @param {unknown} error @returns {boolean} whether we stopped the call ourselves */
export function aborted(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/** @param {"network"|"internal"} code @param {number} status */
function ownError(code, status) {
  return new ApiError({ code, message: t(code), next_step: t(`${code}_next`) }, status);
}

export class Api {
  /** @param {{token: string, api: Record<string, string>}} config */
  constructor(config) {
    this.token = config.token;
    this.paths = config.api;
    /** Called when the session is over and no call will succeed any more. @type {(error: ApiError) => void} */
    this.onSessionEnd = () => {};
  }

  /**
   * Make one call.
   * @param {string} name which of the paths
   * @param {{method?: string, query?: Record<string, string>, body?: unknown, file?: Blob, signal?: AbortSignal,
   *   more?: string|string[]}} [options] file: sent as it is, in place of a body; more: what follows in the path
   * @returns {Promise<any>} the decoded answer
   * @throws {ApiError|DOMException} the latter if aborted
   */
  async call(name, { method = "GET", query, body, file, signal, more } = {}) {
    const path = [this.paths[name], ...[more ?? []].flat().map(encodeURIComponent)].join("/");
    const url = query ? `${path}?${new URLSearchParams(query)}` : path;
    const late = AbortSignal.timeout(PATIENCE);
    /** @type {Response} */ let response;
    /** @type {any} */ let answer;
    try {
      response = await fetch(url, {
        method,
        headers: {
          Authorization: `Bearer ${this.token}`,
          Accept: "application/json",
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        body: body === undefined ? file : JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, late]) : late,
        credentials: "omit",
        cache: "no-store",
      });
      answer = response.status === 204 ? {} : await response.json();
    } catch (error) {
      if (aborted(error)) throw error;
      // A proxy's HTML page is no network trouble, but no answer of ours either.
      throw ownError(error instanceof SyntaxError ? "internal" : "network", 0);
    }
    if (response.ok) return answer;
    const { status } = response;
    const failure = answer?.error?.message ? new ApiError(answer.error, status, answer) : ownError("internal", status);
    if (failure.code.startsWith("session_")) this.onSessionEnd(failure);
    throw failure;
  }
}
