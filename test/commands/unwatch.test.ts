import { describe, expect, it } from 'vitest';
import { answer } from '../../src/commands/answer.ts';
import { aRequest, fakePorts, MEMBER } from '../helpers/ports.ts';
import { aNode, aRun, nodeId, runId } from '../helpers/runs.ts';
import { storeError } from '../helpers/watch-store.ts';
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

  it('ends the watches of a run in all places of the channel, and in no other', async () => {
    const ports = await watching([TRAIN.runId, `${TRAIN.runId} in:dm`]);
    await answer({ ...aRequest(`watch ${TRAIN.runId}`), threadTs: '1.0' }, ports);

    const answered = await answer(aRequest(`unwatch ${TRAIN.runId}`), ports);

    expect(answered.message.text).toBe(
      'You no longer watch ctr-daily-train. You still watch it in 1 other place.',
    );
    expect(ports.watches.rows.map(({ place }) => place.channelId)).toEqual(['D0U0MEMBER']);
  });

  it('ends the watches of a run wherever they are told where there is none in the channel', async () => {
    const ports = await watching([`${TRAIN.runId} in:dm`]);
    await answer({ ...aRequest(`watch ${TRAIN.runId}`), channelId: 'C0QUIET' }, ports);

    const answered = await answer(aRequest(`unwatch ${TRAIN.runId}`), ports);

    expect(answered.message.text).toBe('You no longer watch ctr-daily-train.');
    expect(ports.watches.rows).toEqual([]);
  });

  it('looks for each run by itself in the channel and elsewhere', async () => {
    const ports = await watching([TRAIN.runId, `${TRAIN.runId} in:dm`, `${BACKFILL.runId} in:dm`]);

    await answer(aRequest('unwatch ctr-daily-train ctr-backfill'), ports);

    expect(ports.watches.rows.map(({ watch, place }) => [watch.runId, place.channelId])).toEqual([
      [TRAIN.runId, 'D0U0MEMBER'],
    ]);
  });

  it('means by a name the run of that name in the channel', async () => {
    const again = aRun({ runId: runId(3), name: TRAIN.name });
    const ports = fakePorts({ runs: [TRAIN, again] });
    await answer(aRequest(`watch ${TRAIN.runId}`), ports);
    await answer(aRequest(`watch ${again.runId} in:dm`), ports);

    await answer(aRequest('unwatch ctr-daily-train'), ports);

    expect(ports.watches.rows.map(({ watch }) => watch.runId)).toEqual([again.runId]);
  });

  describe('one node of a run', () => {
    const READ = aNode('sql_read', 'Running', { nodeId: nodeId(1) });
    const FIT = aNode('train', 'Running', { nodeId: nodeId(2) });
    const GEO = aRun({ runId: runId(4), name: 'geo-sync' });
    const pai = async (...texts: string[]) => {
      const nodes = { [TRAIN.runId]: [READ, FIT], [GEO.runId]: [READ] };
      const ports = fakePorts({ runs: [TRAIN, GEO, aRun({ runId: runId(5), name: 'train' })], nodes });
      for (const text of texts) await answer(aRequest(`watch ${text}`), ports);
      return ports;
    };
    const left = ({ watches }: Awaited<ReturnType<typeof pai>>) =>
      watches.rows.map(({ watch }) => [watch.runId, watch.nodeId]);

    it.each([
      ['a name', 'unwatch ctr-daily-train train'],
      ['a name in other letters', 'unwatch ctr-daily-train TRAIN'],
      ['a name beside an id', `unwatch ${TRAIN.runId} train`],
      ['a path', `unwatch ${TRAIN.runId}/${nodeId(2)}`],
      ['an id beside a name', `unwatch ctr-daily-train ${nodeId(2)}`],
      ['an id before a name', `unwatch ${nodeId(2)} ctr-daily-train`],
    ])('by %s ends the watch of that node alone', async (_how, text) => {
      const ports = await pai(`${TRAIN.runId}/${nodeId(1)}`, `${TRAIN.runId}/${nodeId(2)}`);

      const answered = await answer(aRequest(text), ports);

      expect(answered).toMatchObject({
        kind: 'shown',
        message: { text: 'You no longer watch ctr-daily-train › `train`.' },
      });
      expect(left(ports)).toEqual([[TRAIN.runId, nodeId(1)]]);
    });

    it('is meant where the word is also the name of another run', async () => {
      const ports = await pai(`${TRAIN.runId}/${nodeId(2)}`, runId(5));

      await answer(aRequest('unwatch ctr-daily-train train'), ports);

      expect(left(ports)).toEqual([[runId(5), undefined]]);
    });

    it('is not meant where the word is a watched run and the node is not watched', async () => {
      const ports = await pai(TRAIN.runId, runId(5));

      await answer(aRequest('unwatch ctr-daily-train train'), ports);

      expect(left(ports)).toEqual([]);
    });

    it.each([
      ['its name', 'unwatch ctr-daily-train sql_read', 'sql_read'],
      ['a name that the run’s own name holds', 'unwatch ctr-daily-train train', 'train'],
      ['its id', `unwatch ctr-daily-train ${nodeId(1)}`, nodeId(1)],
      ['a path', `unwatch ${TRAIN.runId}/${nodeId(1)}`, nodeId(1)],
      ['an id that nobody knows', `unwatch ctr-daily-train ${nodeId(9)}`, nodeId(9)],
    ])('that is not watched by itself, by %s, leaves the watch of the run', async (_how, text, word) => {
      const ports = await pai(TRAIN.runId);

      const answered = await answer(aRequest(text), ports);

      expect(answered).toMatchObject({
        kind: 'problem',
        message: { text: `You were not watching \`${word}\`; nothing changed.` },
      });
      expect(left(ports)).toEqual([[TRAIN.runId, undefined]]);
    });

    it.each([
      ['a name', 'unwatch ctr-daily-train sql_raed'],
      ['an id', `unwatch ${TRAIN.runId} sql_raed`],
      ['a path', `unwatch cn-hangzhou/${TRAIN.runId} "sql_raed"`],
      ['a node’s path', `unwatch ${TRAIN.runId}/${nodeId(2)} sql_raed`],
    ])('that the run of %s does not have ends nothing, and those it has are named', async (_how, text) => {
      const ports = await pai(TRAIN.runId, `${TRAIN.runId}/${nodeId(2)}`);

      const answered = await answer(aRequest(text), ports);

      expect(answered).toMatchObject({ kind: 'problem', isPrivate: true });
      expect(answered.message.text.split('\n')).toEqual([
        'ctr-daily-train has no node `sql_raed`. Its nodes: `train`, `sql_read`',
        'You were not watching `sql_raed`; nothing changed.',
      ]);
      expect(left(ports)).toEqual([
        [TRAIN.runId, undefined],
        [TRAIN.runId, nodeId(2)],
      ]);
      expect(ports.called.filter((each) => each === 'removeWatches')).toEqual([]);
    });

    it.each([
      ['a word', 'sql_raed'],
      ['the id of a node', nodeId(9)],
    ])('that nobody can tell the run of, %s beside two, ends nothing', async (_what, word) => {
      const ports = await pai(TRAIN.runId, GEO.runId);

      const answered = await answer(aRequest(`unwatch ctr-daily-train geo-sync ${word}`), ports);

      expect(answered).toMatchObject({
        kind: 'problem',
        message: { text: `You were not watching \`${word}\`; nothing changed.` },
      });
      expect(ports.watches.rows).toHaveLength(2);
    });

    it('is not named where the run may no longer be read', async () => {
      const ports = await pai(TRAIN.runId);
      const access = { ...ports.access, mayRead: () => false };

      const answered = await answer(aRequest(`unwatch ${TRAIN.runId} sql_raed`), { ...ports, access });

      expect(answered.message.text).toBe('You were not watching `sql_raed`; nothing changed.');
      expect(ports.watches.rows).toHaveLength(1);
    });

    it('goes with its run where only the run is named', async () => {
      const ports = await pai(TRAIN.runId, `${TRAIN.runId}/${nodeId(2)}`);

      await answer(aRequest('unwatch ctr-daily-train'), ports);

      expect(left(ports)).toEqual([]);
    });

    it('leaves what others watch of it, and says so', async () => {
      const ports = await pai(`${TRAIN.runId}/${nodeId(2)}`);
      await answer(aRequest(`watch ${TRAIN.runId}/${nodeId(2)}`, OWNER), ports);
      await answer(aRequest(`watch ${TRAIN.runId}`, { ...OWNER, userId: 'U0THIRD' }), ports);

      const answered = await answer(aRequest('unwatch ctr-daily-train train'), ports);

      expect(answered.message.text).toBe(
        'You no longer watch ctr-daily-train › `train`. 1 other person still does.',
      );
    });

    it('is kept by the button that asks which run is meant', async () => {
      const ports = await pai(`${TRAIN.runId}/${nodeId(2)}`, `${TRAIN.runId}/${nodeId(1)}`);
      const asked = await answer(aRequest('unwatch daily train'), ports);

      const [button] = buttonsOf(asked.message);
      await answer(aRequest(button?.value?.replace('/pai ', '') ?? ''), ports);

      expect(left(ports)).toEqual([[TRAIN.runId, nodeId(1)]]);
    });

    it('ends by the button of its own answer', async () => {
      const ports = await pai(TRAIN.runId);
      const answered = await answer(aRequest('watch ctr-daily-train train'), ports);
      const stop = buttonsOf(answered.message).find(({ text }) => text.text === 'Stop watching');

      await answer(aRequest(stop?.value?.replace('/pai ', '') ?? ''), ports);

      expect(left(ports)).toEqual([[TRAIN.runId, undefined]]);
    });
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

  it('of a run beside one that is not watched ends the one', async () => {
    const ports = await watching([TRAIN.runId]);

    const answered = await answer(aRequest(`unwatch ctr-daily-train ${runId(9)}`), ports);

    expect(answered.message.text.split('\n')).toEqual([
      'You no longer watch ctr-daily-train.',
      `You were not watching \`${runId(9)}\`; nothing changed.`,
    ]);
  });

  it.each([
    ['on:failed', 'on:failed'],
    ['in:dm', 'in:dm'],
    ['in:<#C0ML|ml-team>', 'in:#ml-team'],
    ['on：失败', 'on:失败'],
  ])('takes no option: %s changes nothing', async (option, shown) => {
    const ports = await watching([TRAIN.runId]);

    const answered = await answer(aRequest(`unwatch ctr-daily-train ${option}`), ports);

    expect(answered).toMatchObject({
      kind: 'problem',
      message: { text: `I can't read \`${shown}\`. Write it like \`unwatch ctr-daily-train\`.` },
    });
    expect(ports.watches.rows).toHaveLength(1);
  });

  it('with a quote left open changes nothing', async () => {
    const ports = await watching([TRAIN.runId]);

    const answered = await answer(aRequest('unwatch ctr-daily-train "sql_read'), ports);

    expect(answered.message.text).toContain('A quote is open');
    expect(ports.watches.rows).toHaveLength(1);
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
    const ports = await watching([TRAIN.runId]);
    const removeWatches = () => Promise.reject(storeError());

    const answered = await answer(aRequest(`unwatch ${TRAIN.runId}`), {
      ...ports,
      watches: { ...ports.watches, removeWatches },
    });

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
