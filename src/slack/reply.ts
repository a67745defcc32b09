import type { Logger } from 'pino';
import type { Answer, Request } from '../commands/request.ts';
import { withoutSecrets } from '../domain/untangle.ts';
import type { Message } from '../messages/message.ts';
import { renderNotice } from '../messages/notices.ts';
import { createSupportCode } from '../support-code.ts';
import type { Gateway, Showing } from './gateway.ts';

/** What every listener needs: a way to Slack, a way to the commands, and a log for our own faults. */
export interface Replying {
  readonly gateway: Gateway;
  readonly answer: (request: Request) => Promise<Answer>;
  readonly logger: Logger;
}

/**
 * How the answer to each kind of deed is shown. A problem never takes the place of a good answer, nor is it posted to
 * the channel; the notice that an `ask` button stands in may go.
 */
const WAYS = {
  command: { interim: 'private', answer: 'private', problem: 'private' },
  ask: { interim: 'in-place', answer: 'in-place', problem: 'in-place' },
  refresh: { interim: undefined, answer: 'in-place', problem: 'private' },
  share: { interim: undefined, answer: 'channel', problem: 'private' },
} as const satisfies Record<string, Readonly<Record<'interim' | 'answer' | 'problem', Showing | undefined>>>;

export interface Reply {
  readonly request: Request;
  readonly responseUrl: string;
  readonly way: keyof typeof WAYS;
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
  const endInterim = announceSlowAnswer(what, replying.gateway);
  const { kind, message } = await answerSafely(what, replying);
  const announced = await endInterim();
  const showing = WAYS[what.way][kind === 'problem' ? 'problem' : 'answer'];
  // Whether Slack replaces a message made through a command's response url is not confirmed; if it does not, the
  // person sees both.
  await deliver(what, message, announced ? 'in-place' : showing, replying);
}

/** Slack shows its own error if this does not arrive, but the answer is worth giving all the same. */
export async function acknowledge(ack: () => Promise<void>, { logger }: Replying): Promise<void> {
  try {
    await ack();
  } catch (err) {
    logger.warn({ err }, 'Slack could not be told that its message arrived');
  }
}

/** Says "Asking PAI…" after a second; the function it gives ends that and tells whether it was said. */
function announceSlowAnswer({ request, responseUrl, way }: Reply, gateway: Gateway): () => Promise<boolean> {
  const { interim } = WAYS[way];
  if (interim === undefined) return async () => false;
  let said: Promise<boolean> | undefined;
  const timer = setTimeout(() => {
    said = gateway.respond(responseUrl, renderNotice({ kind: 'asking' }, request.actor.locale), interim).then(
      () => true,
      () => false,
    );
  }, INTERIM_AFTER_MS);
  return async () => {
    clearTimeout(timer);
    return (await said) ?? false;
  };
}

async function answerSafely(
  { request, dress = (same) => same }: Reply,
  { answer, logger }: Replying,
): Promise<Answer> {
  try {
    const answered = await answer(request);
    return answered.kind === 'problem' ? answered : { ...answered, message: dress(answered.message) };
  } catch (err) {
    const supportCode = createSupportCode();
    logger.error({ err, supportCode, userId: request.actor.userId }, 'A command failed on our side');
    const again = `${request.commandName} ${withoutSecrets(request.text)}`;
    return {
      kind: 'problem',
      message: renderNotice({ kind: 'our-fault', supportCode, again }, request.actor.locale),
    };
  }
}

async function deliver(
  { responseUrl }: Reply,
  message: Message,
  showing: Showing,
  replying: Replying,
): Promise<void> {
  try {
    await replying.gateway.respond(responseUrl, message, showing);
  } catch (err) {
    replying.logger.error({ err }, 'An answer did not reach Slack');
  }
}
