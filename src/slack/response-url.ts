import type { Message } from '../messages/message.ts';

/** How an answer stands beside the message it belongs to (docs.slack.dev, handling-user-interaction). */
export type Showing =
  /** Only the person who asked sees it. */
  | 'private'
  /** It takes the place of the message that was clicked, or of our own interim answer. */
  | 'in-place'
  /** Everybody in the channel sees it. */
  | 'channel';

/** Answers through a response url. Rejects where the address is not Slack's or Slack did not take the answer. */
export type Respond = (
  responseUrl: string,
  message: Message,
  how: { readonly showing: Showing /** The thread it goes to. */; readonly threadTs?: string | undefined },
) => Promise<void>;

/** Thrown when an answer did not reach Slack; holds no address, since whoever has it may speak as Flowbell. */
class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly retry: boolean;

  constructor(reason: string, { retry, cause }: { retry: boolean; cause?: unknown }) {
    super(`A response url was not used: ${reason}`, { cause });
    this.retry = retry;
  }
}

const RESPOND_TIMEOUT_MS = 5000;

export function createRespond({
  fetch,
  origins,
}: {
  readonly fetch: typeof globalThis.fetch;
  /** Origins that response urls may have. */
  readonly origins: readonly string[];
}): Respond {
  return async (responseUrl, message, { showing, threadTs }) => {
    if (!URL.canParse(responseUrl) || !origins.includes(new URL(responseUrl).origin)) {
      throw new DeliveryError('its host is not Slack', { retry: false });
    }
    const body = JSON.stringify({
      ...message,
      ...(showing === 'channel' && { response_type: 'in_channel' }),
      ...(threadTs !== undefined && { thread_ts: threadTs }),
      replace_original: showing === 'in-place',
    });
    try {
      await post(responseUrl, body);
    } catch (error) {
      // A private answer shown twice does no harm, a lost one does; a public one is not risked.
      if (!(error instanceof DeliveryError && error.retry) || showing === 'channel') throw error;
      await post(responseUrl, body);
    }
  };

  async function post(responseUrl: string, body: string): Promise<void> {
    let response: Response;
    try {
      response = await fetch(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(RESPOND_TIMEOUT_MS),
      });
      await response.arrayBuffer();
    } catch (cause) {
      throw new DeliveryError('no answer', { retry: true, cause });
    }
    if (!response.ok) throw new DeliveryError(`HTTP ${response.status}`, { retry: response.status >= 500 });
  }
}
