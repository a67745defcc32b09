import type { Logger } from 'pino';
import type { Actor, Answer, Request } from '../commands/request.ts';
import { withoutSecrets } from '../domain/untangle.ts';
import type { Locale } from '../messages/catalog.ts';
import type { Message } from '../messages/message.ts';
import { renderNotice } from '../messages/notices.ts';
import { createSupportCode } from '../support-code.ts';
import { FileUnconfirmedError } from './files.ts';
import type { Gateway } from './gateway.ts';
import type { Outlet } from './outlet.ts';

/** What every listener needs: a way to Slack, a way to the commands, and a log for our own faults. */
export interface Replying {
  readonly gateway: Gateway;
  readonly answer: (request: Request) => Promise<Answer>;
  /** Whether this person may ask anything; a door reads nothing in Slack for those who may not. */
  readonly mayAsk: (actor: Actor) => boolean;
  /** True the first time one of these keys is given, also where nobody can tell. */
  readonly isFirst: (keys: readonly string[]) => Promise<boolean>;
  /** How people begin a command by mentioning the bot: `@flowbell`. */
  readonly mention: string;
  readonly logger: Logger;
}

export interface Reply {
  readonly request: Request;
  readonly outlet: Outlet;
  /** The language of a good answer, where that is not its asker's. */
  readonly locale?: Locale;
  /** What a good answer gets before it is shown. */
  readonly dress?: (message: Message) => Message;
}

/** Slow enough to be worth a word, early enough that nobody types it again. */
const INTERIM_AFTER_MS = 1000;

/**
 * Answers a request. Whatever goes wrong on our side is logged under a support code that the person is told; this
 * never rejects.
 */
export async function reply(what: Reply, replying: Replying): Promise<void> {
  const endInterim = announceSlowAnswer(what);
  const answered = await answerSafely(what, replying);
  await endInterim();
  await deliver(what, answered, replying);
}

/** Slack shows its own error if this does not arrive, but the answer is worth giving all the same. */
export async function acknowledge(ack: () => Promise<void>, { logger }: Replying): Promise<void> {
  try {
    await ack();
  } catch (err) {
    logger.warn({ err }, 'Slack could not be told that its message arrived');
  }
}

/** Says "Asking PAI…" after a second; the function it gives ends that, and waits for it if it is under way. */
function announceSlowAnswer({ request, outlet }: Reply): () => Promise<void> {
  let said: Promise<void> | undefined;
  const timer = setTimeout(() => {
    // The answer itself will show whether Slack can be reached.
    said = outlet.announce?.(renderNotice({ kind: 'asking' }, request.actor.locale)).catch(() => undefined);
  }, INTERIM_AFTER_MS);
  return async () => {
    clearTimeout(timer);
    await said;
  };
}

async function answerSafely(
  { request, locale = request.actor.locale, dress = (same) => same }: Reply,
  { answer, logger }: Replying,
): Promise<Answer> {
  try {
    const answered = await answer({ ...request, actor: { ...request.actor, locale } });
    if (answered.kind === 'shown') return { ...answered, message: dress(answered.message) };
    if (locale === request.actor.locale) return answered;
    // The asker alone is told, so in their language; an answer that comes now is in that language and theirs alone too.
    return { ...(await answer(request)), kind: 'problem' };
  } catch (err) {
    const supportCode = createSupportCode();
    logger.error({ err, supportCode, userId: request.actor.userId }, 'A command failed on our side');
    const again = `${request.commandName} ${withoutSecrets(request.text)}`.trim();
    return {
      kind: 'problem',
      message: renderNotice(
        { kind: 'our-fault', supportCode, ...(again !== '' && { again }) },
        request.actor.locale,
      ),
    };
  }
}

async function deliver(what: Reply, answered: Answer, replying: Replying): Promise<void> {
  const left = await withFileSent(what, answered, replying);
  if (left === undefined) return;
  try {
    await what.outlet.show(left);
  } catch (err) {
    replying.logger.error({ err }, 'An answer did not reach Slack');
  }
}

/** Sends the answer's file, if it has one, and gives what is left to show. */
async function withFileSent(
  { outlet, request }: Reply,
  answered: Answer,
  { logger }: Replying,
): Promise<Answer | undefined> {
  if (answered.file === undefined) return answered;
  try {
    return (await outlet.sendFile(answered.file, answered.message)) ? undefined : answered;
  } catch (err) {
    logger.warn({ err }, 'A file did not reach Slack, as far as is known');
    const kind = err instanceof FileUnconfirmedError ? 'file-unsure' : 'file-not-sent';
    return { kind: 'problem', message: renderNotice({ kind }, request.actor.locale) };
  }
}
