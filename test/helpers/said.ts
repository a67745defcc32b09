import type { Shown, StoredMessage } from '../../sandbox/client.ts';
import type { Place, World } from './world.ts';

/**
 * Everything the bot said to a deed in a place, once it has said its first word there: a test can count to one.
 * Throws where Slack showed the deed as failed.
 */
export async function saidTo(
  { slack, answersAfter }: World,
  deed: () => Promise<Shown>,
  place: Place,
): Promise<readonly StoredMessage[]> {
  const mark = await slack.revision();
  const { outcome, shown } = await deed();
  if (outcome !== 'acked') throw new Error(`the bot did not hear it: ${outcome} ${shown}`.trim());
  await slack.waitForMessage(
    ({ isBot, revision, channel, text }) =>
      isBot && revision > mark && channel === place.channel && !/^(Asking PAI|正在查询)/.test(text),
    { afterRevision: mark, timeoutMs: 10_000 },
  );
  return answersAfter(mark, place);
}
