import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { Answer, Request } from '../commands/request.ts';
import type { Message } from '../messages/message.ts';
import { renderNotice } from '../messages/notices.ts';
import type { Gateway } from './gateway.ts';

/** What every listener needs: a way to Slack, a way to the commands, and a log for our own faults. */
export interface Replying {
  readonly gateway: Gateway;
  readonly answer: (request: Request) => Promise<Answer>;
  readonly logger: Logger;
}

/** Slow enough to be worth a word, early enough that nobody types it again. */
const INTERIM_AFTER_MS = 1000;

/**
 * Answers a request privately, with an interim "Asking PAI…" after a second. Whatever goes wrong on our side is
 * logged under a support code that the person is told; this never rejects.
 */
export async function replyPrivately(
  request: Request,
  responseUrl: string,
  replying: Replying,
): Promise<void> {
  const { gateway } = replying;
  let interim: Promise<boolean> | undefined;
  const timer = setTimeout(() => {
    interim = gateway
      .respond(responseUrl, renderNotice({ kind: 'asking' }, request.actor.locale), 'private')
      .then(
        () => true,
        () => false,
      );
  }, INTERIM_AFTER_MS);
  try {
    const { message } = await answerSafely(request, replying);
    clearTimeout(timer);
    // Whether Slack replaces a message made through a command's response url is not confirmed; if it does not, the
    // person sees both.
    await deliver(responseUrl, message, (await interim) ? 'in-place' : 'private', replying);
  } finally {
    clearTimeout(timer);
  }
}

/** Answers in place of the message that was clicked; a problem never takes the place of a good answer. */
export async function replyInPlace(
  request: Request,
  responseUrl: string,
  replying: Replying,
  dress: (message: Message) => Message = (message) => message,
): Promise<void> {
  const { kind, message } = await answerSafely(request, replying);
  if (kind === 'problem') await deliver(responseUrl, message, 'private', replying);
  else await deliver(responseUrl, dress(message), 'in-place', replying);
}

/** Posts the answer to the channel, unless it is a problem, which concerns only the person who clicked. */
export async function replyInChannel(
  request: Request,
  responseUrl: string,
  replying: Replying,
  dress: (message: Message) => Message,
): Promise<void> {
  const { kind, message } = await answerSafely(request, replying);
  if (kind === 'problem') await deliver(responseUrl, message, 'private', replying);
  else await deliver(responseUrl, dress(message), 'channel', replying);
}

async function answerSafely(request: Request, { answer, logger }: Replying): Promise<Answer> {
  try {
    return await answer(request);
  } catch (err) {
    const supportCode = createSupportCode();
    logger.error({ err, supportCode, userId: request.actor.userId }, 'A command failed on our side');
    const again = `${request.commandName} ${request.text}`;
    return {
      kind: 'problem',
      message: renderNotice({ kind: 'our-fault', supportCode, again }, request.actor.locale),
    };
  }
}

async function deliver(
  responseUrl: string,
  message: Message,
  showing: Parameters<Gateway['respond']>[2],
  { gateway, logger }: Replying,
): Promise<void> {
  try {
    await gateway.respond(responseUrl, message, showing);
  } catch (err) {
    logger.error({ err }, 'An answer did not reach Slack');
  }
}

/** Short enough to be read out, without letters that look alike. */
function createSupportCode(): string {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
  return `fb-${Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;
}
