import { createHash } from 'node:crypto';
import { MAX_BUTTON_VALUE } from '../messages/limits.ts';

/** Slack's limit for a command's name, its slash and the blank after it. */
const MAX_COMMAND_NAME = 34;

/** Questions held at once; the oldest is forgotten first. A question is at most a Slack message long. */
const HELD = 200;

/**
 * A button's value holds 2,000 characters, about 80 ids. Longer questions are held here and the button carries a
 * token. They live in memory: after a restart such a button says that the list is gone and asks for it once more.
 */
export class LongQuestions {
  readonly #texts = new Map<string, string>();

  /** The text itself where a button can carry it, else `again:` and a token that `find` knows. */
  shorten(text: string): string {
    if (text.length <= MAX_BUTTON_VALUE - MAX_COMMAND_NAME) return text;
    // The same question gets the same token, or refreshing one list would push all others out.
    const token = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    this.#texts.delete(token);
    this.#texts.set(token, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > HELD && oldest !== undefined) this.#texts.delete(oldest);
    return `again:${token}`;
  }

  find(token: string): string | undefined {
    return this.#texts.get(token);
  }
}
