import type { WebClient } from '@slack/web-api';
import type { AnswerFile } from '../commands/request.ts';
import type { Place } from './posts.ts';
import { afterRateLimit } from './rate-limit.ts';
import { isRefusal } from './refusal.ts';

/**
 * Puts a file into a channel, DM or thread, with a comment in mrkdwn. Rejects where Slack did not take it, and with
 * FileUnconfirmedError where nobody knows.
 */
export type SendFile = (place: Place, file: AnswerFile, comment: string) => Promise<void>;

/** The file may stand in Slack: the answer to the last step was lost. */
export class FileUnconfirmedError extends Error {
  override readonly name = 'FileUnconfirmedError';

  constructor(cause?: unknown) {
    super('Slack did not confirm a file', { cause });
  }
}

/** Log files have up to some megabytes, and the person has been told by then that it takes a while. */
const UPLOAD_TIMEOUT_MS = 20_000;

/**
 * The three steps of docs.slack.dev, working-with-files. The library's own filesUploadV2 is not used: it sends the bot
 * token to whatever address Slack's answer names, within the deadline of a small call, and its FormData is not the one
 * that the fetch behind a proxy knows.
 */
export function createSendFile({
  client,
  poster,
  fetch,
  origins,
}: {
  readonly client: WebClient;
  /** Retries nothing: the last step posts a message. */
  readonly poster: WebClient;
  readonly fetch: typeof globalThis.fetch;
  /** Origins that upload urls may have. */
  readonly origins: readonly string[];
}): SendFile {
  return async ({ channelId, threadTs }, { name, text }, comment) => {
    const bytes = new TextEncoder().encode(text);
    const { upload_url: uploadUrl = '', file_id: fileId = '' } = await afterRateLimit(() =>
      client.files.getUploadURLExternal({ filename: name, length: bytes.byteLength }),
    );
    await upload(uploadUrl, bytes);
    try {
      await afterRateLimit(() =>
        poster.files.completeUploadExternal({
          files: [{ id: fileId, title: name }],
          initial_comment: comment,
          ...(threadTs === undefined
            ? { channel_id: channelId }
            : { channel_id: channelId, thread_ts: threadTs }),
        }),
      );
    } catch (error) {
      throw isRefusal(error) ? error : new FileUnconfirmedError(error);
    }
  };

  /** Without a token: the address itself is the permission, and no error may hold it. */
  async function upload(uploadUrl: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!URL.canParse(uploadUrl) || !origins.includes(new URL(uploadUrl).origin)) {
      throw new Error('A file was not uploaded: the address is not Slack’s');
    }
    const response = await fetch(uploadUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`A file was not uploaded: HTTP ${response.status}`);
  }
}
