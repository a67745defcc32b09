import { randomBytes } from 'node:crypto';
import { TEAM } from './directory.ts';
import type { SlackSettings } from './settings.ts';

/** One address at which an app may answer an interaction. */
export interface ResponseUrl {
  readonly path: string;
  readonly channel: string;
  readonly user: string;
  readonly interactionId: string;
  /** The message that was clicked; a slash command has none. */
  readonly sourceMessageId?: string;
  /** The thread of the clicked message. */
  readonly threadTs?: string;
  readonly expiresAt: number;
  uses: number;
  /** The last message that came through this very address. */
  lastMessageId?: string;
}

/** Addresses given out with commands, clicks and shortcuts, each good for 5 uses within 30 minutes. */
export class ResponseUrls {
  readonly #settings: SlackSettings;
  readonly #now: () => number;
  readonly #issued = new Map<string, ResponseUrl>();

  constructor(settings: SlackSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  issue(
    kind: 'commands' | 'actions' | 'app',
    what: Pick<ResponseUrl, 'channel' | 'user' | 'interactionId' | 'sourceMessageId' | 'threadTs'>,
  ): ResponseUrl {
    const path = `/hooks/${kind}/${TEAM.id}/${this.#issued.size + 1}/${randomBytes(12).toString('hex')}`;
    const url: ResponseUrl = {
      ...what,
      path,
      uses: 0,
      expiresAt: this.#now() + this.#settings.responseUrlLifetimeMs,
    };
    this.#issued.set(path, url);
    return url;
  }

  /**
   * The address, or why it does not take another answer.
   * The status 404 and both words are from memory of Slack, not from its documents.
   */
  use(path: string): ResponseUrl | 'no_such_url' | 'used_url' | 'expired_url' {
    const url = this.#issued.get(path);
    if (url === undefined) return 'no_such_url';
    if (this.#now() > url.expiresAt) return 'expired_url';
    if (url.uses >= this.#settings.responseUrlUses) return 'used_url';
    url.uses += 1;
    return url;
  }
}
