import type { SandboxClient, StoredMessage } from './client.ts';
import { readNames } from './names.ts';
import { renderMessage } from './render.ts';
import type { Names } from './slack-text.ts';

/** What one person sees of Slack, printed as it changes. */
export interface Screen {
  /** Whose eyes these are. */
  user: string;
  /** The newest message on screen that has something to press. */
  lastWithButtons: StoredMessage | undefined;
  /** The newest message on screen that everybody sees. */
  lastPublic: StoredMessage | undefined;
  /** Resolves once a message that `fits` was printed, or after `waitMs`; true when it was. */
  waitUntilPrinted(fits: (message: StoredMessage) => boolean, waitMs: number): Promise<boolean>;
  /** Resolves when nothing was printed for `quietMs`. */
  waitUntilQuiet(quietMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Short, so that `stop` is soon done. */
const POLL_MS = 250;

/** A screen that writes through `print`. It begins with what is said after this call. */
export async function createScreen(
  client: SandboxClient,
  user: string,
  print: (text: string) => void,
): Promise<Screen> {
  const printed: StoredMessage[] = [];
  const waiting = new Set<() => void>();
  let afterRevision = await client.revision();
  let isStopped = false;
  let lastPrintedAt = Date.now();

  const screen: Screen = {
    user,
    lastWithButtons: undefined,
    lastPublic: undefined,
    waitUntilPrinted,
    waitUntilQuiet: async (quietMs) => {
      while (Date.now() - lastPrintedAt < quietMs) {
        await waitUntilPrinted(() => false, lastPrintedAt + quietMs - Date.now());
      }
    },
    stop: async () => {
      isStopped = true;
      await watching;
    },
  };
  const watching = watch();
  return screen;

  async function watch(): Promise<void> {
    while (!isStopped) {
      const fresh = await client.messages({ user: screen.user, afterRevision, waitMs: POLL_MS });
      const people = fresh.length === 0 ? undefined : await readNames(client);
      for (const message of fresh) {
        afterRevision = Math.max(afterRevision, message.revision);
        if (people !== undefined) show(message, people, people.localeOf(screen.user));
      }
      for (const wake of [...waiting]) wake();
    }
  }

  function show(message: StoredMessage, names: Names, locale: string): void {
    printed.push(message);
    lastPrintedAt = Date.now();
    if (message.visibleTo === undefined) screen.lastPublic = message;
    if (JSON.stringify(message.blocks).includes('"button"')) screen.lastWithButtons = message;
    if (message.via === 'person' && message.user === screen.user) return;
    print(`${heading(message, names)}\n${indent(renderMessage(message, names, new Date(), locale))}`);
  }

  function waitUntilPrinted(fits: (message: StoredMessage) => boolean, waitMs: number): Promise<boolean> {
    const from = printed.length;
    return new Promise((resolve) => {
      const look = (isOver: boolean): void => {
        const isThere = printed.slice(from).some(fits);
        if (!isThere && !isOver) return;
        clearTimeout(timer);
        waiting.delete(wake);
        resolve(isThere);
      };
      const wake = (): void => look(false);
      const timer = setTimeout(() => look(true), Math.max(0, waitMs)).unref();
      waiting.add(wake);
    });
  }
}

function heading(message: StoredMessage, names: Names): string {
  const whose =
    message.visibleTo === undefined ? 'everybody sees' : `only @${names.user(message.visibleTo)} sees`;
  const thread = message.threadTs === undefined ? '' : ', in a thread';
  const edited = message.history.length > 0 ? ', edited' : '';
  return `  ┌ @${names.user(message.user)} in #${names.channel(message.channel)} (${whose}${thread}${edited})`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  │ ');
}
