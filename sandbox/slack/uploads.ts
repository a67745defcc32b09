import { createShortId } from './short-id.ts';

interface Upload {
  readonly id: string;
  readonly filename: string;
  readonly length: number;
  received?: Received;
  isComplete: boolean;
}

interface Received {
  readonly size: number;
  readonly text: string;
}

/** Enough for any file a bot should send; what is above is counted and not kept. */
const MAX_KEPT_BYTES = 10 * 1024 * 1024;

/** Files on their way: announced, uploaded, shared (docs.slack.dev, messaging/working-with-files). */
export class Uploads {
  readonly #byId = new Map<string, Upload>();

  announce(filename: string, length: number): { readonly id: string; readonly path: string } {
    const id = createShortId('F0');
    this.#byId.set(id, { id, filename, length, isComplete: false });
    return { id, path: `/upload/v1/${id}` };
  }

  /** Takes the bytes; false when nobody announced this file. */
  receive(path: string, content: Uint8Array): boolean {
    const upload = this.#byId.get(path.slice('/upload/v1/'.length));
    if (upload === undefined || upload.isComplete) return false;
    const kept = content.subarray(0, MAX_KEPT_BYTES);
    upload.received = { size: content.length, text: Buffer.from(kept).toString('utf8') };
    return true;
  }

  /** Ends the upload; an error code of Slack when the file is unknown or its bytes never came. */
  complete(id: string): (Received & { readonly filename: string }) | 'file_not_found' {
    const upload = this.#byId.get(id);
    if (upload?.received === undefined || upload.isComplete) return 'file_not_found';
    upload.isComplete = true;
    return { filename: upload.filename, ...upload.received };
  }
}
