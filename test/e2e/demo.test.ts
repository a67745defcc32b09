import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMED_WORKSPACES } from '../../sandbox/bot.ts';
import { createStory, type Step, StoryFailure, type Turn } from '../../sandbox/story.ts';
import { startWorld, type World } from '../helpers/world.ts';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Times of day, ages, what lasted seconds and the demo's length are the only things that differ from one demo to the
 * next; the words for days do not, since it is always morning in it.
 */
function timeless(transcript: string): string {
  return transcript
    .replaceAll(/\b\d{2}:\d{2}\b/g, '<time>')
    .replaceAll(/\d+ sec ago/g, '<age>')
    .replaceAll(/\d+ 秒前/g, '<age>')
    .replaceAll(/\d+\.\d s:/g, '<length>:')
    .replaceAll(/\b\d+ s\b/g, '<duration>')
    .trim();
}

describe('npm run demo', () => {
  it('shows what README says it shows', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const printed =
      /<!-- demo:begin -->\n```text\n([\s\S]*?)\n```\n<!-- demo:end -->/.exec(readme)?.[1] ?? '';

    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'sandbox/demo.ts'], {
      cwd: ROOT,
    });

    expect(timeless(stdout)).toBe(timeless(printed));
  }, 60_000);
});

describe('a step of the story', () => {
  let world: World;
  let right: Step;

  beforeAll(async () => {
    world = await startWorld({ sandbox: { seed: 77 }, bot: { env: NAMED_WORKSPACES } });
    const { slack } = world;
    right = {
      name: 'asking for outputs',
      by: 'U0MEMBER',
      deed: (user) => slack.command({ user, channel: 'C0ML', text: 'outputs user-profile-daily' }),
      words: ['user-profile-daily: 4 outputs'],
      runs: (await slack.runs({ name: 'user-profile-daily' })).slice(0, 1),
      place: { channel: 'C0ML', audience: 'who asked' },
      calls: 5,
    };
  });
  afterAll(() => world.stop());

  const play = (step: Step, secrets: readonly string[] = []) =>
    createStory(world.slack, secrets, () => undefined).act(step);

  const deedWithAnswer = async (deed: Step['deed'], user: string) => {
    const shown = await deed(user);
    await world.slack.waitForAnswer(shown);
    return shown;
  };

  it('passes when it shows what it should', async () => {
    await expect(play(right)).resolves.toMatchObject({ visibleTo: 'U0MEMBER' });
  });

  it.each<[string, (step: Step) => Partial<Step>, string]>([
    ['other words', () => ({ words: ['5 outputs'] }), '"5 outputs"'],
    [
      'another run',
      () => ({ runs: [{ id: 'flow-nobodyknows0000000' }] }),
      'the runs flow-nobodyknows0000000 and',
    ],
    ['no run', () => ({ runs: [] }), 'the runs '],
    [
      'another audience',
      ({ place }) => ({ place: { ...place, audience: 'everybody' } }),
      'to be seen by everybody',
    ],
    ['another channel', ({ place }) => ({ place: { ...place, channel: 'C0QUIET' } }), 'to stand in C0QUIET'],
    ['a thread', ({ place }) => ({ place: { ...place, threadTs: '1.2' } }), 'to stand in the thread 1.2'],
    ['an older message', () => ({ replaces: { id: 'M000000' } }), 'to take the place of M000000'],
    ['other calls', () => ({ calls: 4 }), '4 PAIFlow calls, there were 5: '],
    [
      'one message where there are two',
      ({ deed }) => ({ deed: (user) => deed(user).then(() => deedWithAnswer(deed, user)) }),
      'one message, there are 2',
    ],
    [
      'a command that Slack does not know',
      () => ({ deed: (user) => world.slack.command({ user, channel: 'C0ML', command: '/pia' }) }),
      'the bot to answer Slack, Slack shows invalid_command',
    ],
  ])('that expects %s fails by its name', async (_what, wrong, expected) => {
    const failure = await play({ ...right, ...wrong(right) }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(StoryFailure);
    expect(String(failure)).toContain(`asking for outputs: expected ${expected}`);
  });

  it('that is answered once more after it fails at the end', async () => {
    const story = createStory(world.slack, [], () => undefined);
    await story.act(right);
    await deedWithAnswer(right.deed, 'U0MEMBER');

    await expect(story.end()).rejects.toThrow('after the end: expected nothing, there is ');
  });

  it('that lets the bot say a secret fails', async () => {
    await expect(play(right, ['ctr_features_d'])).rejects.toThrow(
      'asking for outputs: expected no secret in it',
    );
  });
});

describe('a turn of the story', () => {
  let world: World;
  let runs = 0;

  beforeAll(async () => {
    world = await startWorld({ sandbox: { seed: 78 }, bot: { env: NAMED_WORKSPACES } });
  });
  afterAll(() => world.stop());

  /** Somebody watches a run of its own: an answer and a card. */
  async function aRightTurn(): Promise<Turn> {
    const { slack } = world;
    runs += 1;
    const id = `flow-turnofthestory${String(runs).padStart(4, '0')}`;
    const name = `turn-${runs}`;
    await slack.createRuns({ runs: [{ name, id, nodes: [{ name: 'fit', status: 'Running' }] }] });
    const place = { channel: 'C0ML', audience: 'everybody' } as const;
    return {
      name: 'watching',
      by: 'U0MEMBER',
      deed: (user) => slack.command({ user, channel: 'C0ML', text: `watch ${name}` }),
      shows: [
        { words: [`You watch ${name} here`], runs: [{ id }], place: { ...place, audience: 'who asked' } },
        { words: [`${name} is running`, 'Watched by @member'], runs: [{ id }], place, isCard: true },
      ],
    };
  }

  const play = async (turn: Turn, secrets: readonly string[] = []) => {
    const printed: string[] = [];
    const story = createStory(world.slack, secrets, (text) => printed.push(text));
    return { last: await story.see(turn), printed, story };
  };

  it('prints what it shows in the order in which it is expected', async () => {
    const turn = await aRightTurn();

    const { last, printed } = await play(turn);

    expect(last.text).toContain('is running');
    expect(printed.filter((line) => line.includes('┌'))).toEqual([
      '    ┌ @flowbell (only @member sees it)',
      '    ┌ @flowbell (everybody sees it)',
    ]);
  });

  it.each<[string, (turn: Turn) => Turn['shows'], string]>([
    [
      'a mention where there is none',
      ({ shows }) => shows.map((each) => ({ ...each, mentions: ['U0OWNER'] })),
      'to mention U0OWNER and not nobody',
    ],
    [
      'another run',
      ({ shows }) => shows.map((each) => ({ ...each, runs: [{ id: 'flow-nobodyknows0000000' }] })),
      'the runs flow-nobodyknows0000000 and',
    ],
    [
      'a thread',
      ({ shows }) => shows.map((each) => ({ ...each, place: { ...each.place, threadTs: '1.2' } })),
      'to stand in the thread 1.2',
    ],
  ])('that expects %s fails by its name', async (_what, wrong, expected) => {
    const turn = await aRightTurn();

    const failure = await play({ ...turn, shows: wrong(turn) }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(StoryFailure);
    expect(String(failure)).toMatch(/^StoryFailure: watching: expected /);
    expect(String(failure)).toContain(expected);
  });

  it('that lets the bot say a secret fails', async () => {
    const turn = await aRightTurn();

    await expect(play(turn, ['C0ML'])).rejects.toThrow('watching: expected no secret in it');
  });

  it('in which something else is said fails', async () => {
    const turn = await aRightTurn();
    const helped: Turn['deed'] = async (user) => {
      const help = await world.slack.command({ user, channel: 'C0ML', text: 'help' });
      await world.slack.waitForAnswer(help);
      return turn.deed(user);
    };

    await expect(play({ ...turn, deed: helped })).rejects.toThrow(
      'watching: expected nothing else, there is ',
    );
  });

  it('counts for the end', async () => {
    const { story } = await play(await aRightTurn());

    await expect(story.end()).resolves.toContain('2 messages about watched runs, 1 runs, 1 languages');
  });
});
