import { createShortId } from './short-id.ts';

interface Upload {
  readonly id: string;
  readonly filename: string;
  readonly length: number;
  receivedBytes?: number;
  isComplete: boolean;
}

/** Files on their way: announced, uploaded, shared (docs.slack.dev, messaging/working-with-files). */
export class Uploads {
  readonly #byId = new Map<string, Upload>();

  announce(filename: string, length: number): { readonly id: string; readonly path: string } {
    const id = createShortId('F0');
    this.#byId.set(id, { id, filename, length, isComplete: false });
    return { id, path: `/upload/v1/${id}` };
  }

  /** Takes the bytes; false when nobody announced this file. */
  receive(path: string, bytes: number): boolean {
    const upload = this.#byId.get(path.slice('/upload/v1/'.length));
    if (upload === undefined || upload.isComplete) return false;
    upload.receivedBytes = bytes;
    return true;
  }

  /** Ends the upload; an error code of Slack when the file is unknown or its bytes never came. */
  complete(id: string): { readonly filename: string; readonly size: number } | 'file_not_found' {
    const upload = this.#byId.get(id);
    if (upload?.receivedBytes === undefined || upload.isComplete) return 'file_not_found';
    upload.isComplete = true;
    return { filename: upload.filename, size: upload.receivedBytes };
  }
}
