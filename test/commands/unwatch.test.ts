import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import { aRequest, fakePorts, MEMBER } from '../helpers/ports.ts';
import { aRun, runId } from '../helpers/runs.ts';
import { buttonsOf, labelsOf } from '../messages/buttons-of.ts';

const TRAIN = aRun({ runId: runId(1), name: 'ctr-daily-train' });
const BACKFILL = aRun({ runId: runId(2), name: 'ctr-backfill' });
const OWNER = { ...MEMBER, userId: 'U0OWNER' };

/** What a member, and an owner, watch in the channel. */
async function watching(texts: readonly string[], others: readonly string[] = []) {
  const ports = fakePorts({ runs: [TRAIN, BACKFILL] });
  for (const text of texts) await answer(aRequest(`watch ${text}`), ports);
  for (const text of others) await answer(aRequest(`watch ${text}`, OWNER), ports);
  ports.called.length = 0;
  return ports;
}
const BOTH = [TRAIN.runId, BACKFILL.runId];

describe('watching no longer', () => {
  it.each([
    ['its name', 'unwatch ctr-daily-train'],
    ['its name in other letters', 'unwatch CTR-Daily-Train'],
    ['its id', `unwatch ${TRAIN.runId}`],
    ['a path', `unwatch cn-hangzhou/${TRAIN.runId}`],
    ['Chinese words', '取消关注 ctr-daily-train'],
    ['another short form', 'unfollow ctr-daily-train'],
  ])('a run by %s ends one’s own watch alone, and PAI is not asked', async (_how, text) => {
    const ports = await watching(BOTH, [TRAIN.runId]);

    const answered = await answer(aRequest(text), ports);

    expect(answered).toMatchObject({ kind: 'shown', isPrivate: true });
    expect(answered.message.text).toBe('You no longer watch ctr-daily-train. 1 other person still does.');
    expect(ports.watches.rows.map(({ watch }) => [watch.runId, watch.userId])).toEqual([
      [BACKFILL.runId, 'U0MEMBER'],
      [TRAIN.runId, 'U0OWNER'],
    ]);
    expect(ports.called.every((each) => /Watch(?:es)?$/.test(each))).toBe(true);
  });

  it('ends the watches of a run in all places', async () => {
    const ports = await watching([TRAIN.runId, `${TRAIN.runId} in:dm`]);

    const answered = await answer(aRequest(`unwatch ${TRAIN.runId}`), ports);

    expect(answered.message.text).toBe('You no longer watch ctr-daily-train.');
    expect(ports.watches.rows).toEqual([]);
  });

  it('everything names all that was watched', async () => {
    const ports = await watching(BOTH, [TRAIN.runId]);

    const answered = await answer(aRequest('unwatch all'), ports);

    expect(answered.message.text.split('\n')).toEqual([
      'You no longer watch ctr-daily-train. 1 other person still does.',
      'You no longer watch ctr-backfill.',
    ]);
    expect(ports.watches.rows).toHaveLength(1);
  });

  it.each([
    ['unwatch all', 'You watch nothing; nothing changed.'],
    ['unwatch nosuch', 'You were not watching `nosuch`; nothing changed.'],
    [`unwatch ${runId(9)}`, `You were not watching \`${runId(9)}\`; nothing changed.`],
  ])('what nobody watches changes nothing: %s', async (text, words) => {
    const ports = await watching([]);

    expect(await answer(aRequest(text), ports)).toMatchObject({ kind: 'problem', message: { text: words } });
  });

  it.each([
    ['ctr', ['ctr-daily-train', 'ctr-backfill']],
    ['daily', ['ctr-daily-train']],
    ['ctr-b*', ['ctr-backfill']],
  ])('never guesses what "%s" means', async (name, labels) => {
    const ports = await watching(BOTH);

    const answered = await answer(aRequest(`unwatch ${name}`), ports);

    expect(labelsOf(answered.message)).toEqual(labels);
    expect(buttonsOf(answered.message)[0]?.value).toMatch(/^\/pai unwatch cn-hangzhou\/flow-/);
    expect(ports.watches.rows).toHaveLength(2);
  });

  it('in a thread means the thread’s run', async () => {
    const ports = fakePorts({ runs: [TRAIN], inThread: [{ kind: 'run', runId: TRAIN.runId }] });
    await answer({ ...aRequest('watch'), threadTs: '1.0' }, ports);

    const answered = await answer({ ...aRequest('unwatch'), threadTs: '1.0' }, ports);

    expect(answered.message.text).toBe('You no longer watch ctr-daily-train.');
  });

  it('without a run asks which', async () => {
    const answered = await answer(aRequest('unwatch'), await watching(BOTH));

    expect(answered.message.text).toContain('Which run?');
  });

  it('in a store that is read-only changes nothing and says so', async () => {
    const answered = await answer(aRequest(`unwatch ${TRAIN.runId}`), fakePorts({ isStoreReadOnly: true }));

    expect(answered).toMatchObject({ kind: 'problem' });
    expect(answered.message.text).toContain('so nothing was changed');
  });

  it('a run that may no longer be read is possible, and shows no name', async () => {
    const ports = await watching([TRAIN.runId]);
    const access = { ...ports.access, mayRead: () => false };

    const answered = await answer(aRequest(`unwatch ${TRAIN.runId}`), { ...ports, access });

    expect(answered.message.text).toBe(`You no longer watch \`${TRAIN.runId}\`.`);
  });
});
