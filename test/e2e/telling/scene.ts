import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Bot, startBot } from '../../../sandbox/bot.ts';
import type { SandboxClient, StoredMessage } from '../../../sandbox/client.ts';
import type { DeedInput } from '../../../sandbox/control-schema.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { linesOf } from '../../helpers/world.ts';

export interface SceneOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * Bot and services go by a clock of their own, which can be put forward and be let go faster. Delays that the sandbox
   * is ordered to make keep to real time.
   */
  readonly hasClock?: boolean;
  /** Files of the repository that the bot loads before itself. */
  readonly preload?: readonly string[];
  readonly slack?: DeedInput<'setSlack'>;
  readonly seed?: number;
}

/** A team with a channel, its bot, and what everybody there has read. Each has a sandbox and a folder of its own. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly slack: SandboxClient;
  /** Holds the bot's data. */
  readonly folder: string;
  /** Puts the clock of bot and services forward by so many milliseconds; only in a scene with a clock. */
  putForward(ms: number): Promise<void>;
  /** Lets that clock go so many times as fast as the real one. A bot that starts needs it slow. */
  hurry(speed: number): Promise<void>;
  /** Milliseconds since 1970 by that clock. */
  now(): number;
  /** Starts the bot, or starts it again on the same data. */
  start(env?: Readonly<Record<string, string>>): Promise<Bot>;
  /** Ends the bot, by SIGKILL unless told otherwise. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** The running bot. */
  bot(): Bot;
  /** Types `/pai text` as somebody and gives the answer. */
  ask(text: string, who?: { readonly user?: string; readonly channel?: string }): Promise<StoredMessage>;
  /** Makes a run at work, with the nodes `read` (ended), `fit` and `export`; gives its id. */
  aRun(name: string, more?: Partial<NonNullable<DeedInput<'createRuns'>['like']>>): Promise<string>;
  /** What everybody in a channel has read of the bot and can still read, oldest first. */
  said(channel?: string): Promise<readonly StoredMessage[]>;
  /** The same, first lines. */
  heads(channel?: string): Promise<readonly string[]>;
  /** The first of them with a line that fits, as soon as it is there. */
  whenSaid(line: RegExp, channel?: string): Promise<StoredMessage>;
  /** The store file. */
  stored(): Promise<string>;
  whenStored(text: RegExp): Promise<void>;
  /** Resolves when the store owes nothing to anybody, or to one channel, and its cards are as they should be. */
  whenAllIsTold(channel?: string): Promise<void>;
  close(): Promise<void>;
}

export const CHANNEL = 'C0ML';
const TIMEOUT_MS = 20_000;
/** Several start at once. */
const START_MS = 30_000;

/** A bot that looks every second and gives lost answers a second to show. */
const FAST = {
  POLL_CRON: '* * * * * *',
  POLL_INTERVAL_MS: '1000',
  PAIFLOW_MAX_RPS: '500',
  DELIVERY_TIMEOUT_MS: '800',
  DELIVERY_SETTLE_MS: '1200',
  LEASE_MS: '7000',
};

const FAST_CLOCK = 'test/e2e/telling/fast-clock.mjs';
/** PAI refuses what is signed more than 15 minutes off the real time; so such a clock has 28 minutes to run. */
const BEHIND_MS = 14 * 60_000;

/** Opens a scene in which no bot runs yet. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const { hasClock = false, preload = [], slack = {}, seed = 5 } = options;
  const clock = { fromMs: Date.now(), startMs: Date.now() - (hasClock ? BEHIND_MS : 0), speed: 1 };
  const now = () => clock.startMs + (Date.now() - clock.fromMs) * clock.speed;
  const sandbox = await startSandbox({ seed, slack, slackNow: now, paiflowNow: now });
  const folder = await mkdtemp(join(tmpdir(), 'flowbell-scene-'));
  const { client } = sandbox;
  const preloads = [...(hasClock ? [FAST_CLOCK] : []), ...preload];
  const env = { ...FAST, ...options.env };
  let running: Bot | undefined;

  const said = async (channel = CHANNEL) =>
    (await client.messages({ channel }))
      .filter(({ isBot, visibleTo }) => isBot && visibleTo === undefined)
      .sort((a, b) => Number(a.ts) - Number(b.ts));
  const stored = () => readFile(join(folder, 'data', 'flowbell.json'), 'utf8');

  /** Whole at every moment, for the bot reads it at any. */
  async function writeClock(): Promise<void> {
    const file = join(folder, 'clock.json');
    await writeFile(`${file}.new`, JSON.stringify(clock));
    await rename(`${file}.new`, file);
  }

  await writeClock();
  return {
    ...{ sandbox, slack: client, folder, now, said, stored },
    putForward(ms) {
      clock.startMs += ms;
      return writeClock();
    },
    hurry(speed) {
      Object.assign(clock, { startMs: now(), fromMs: Date.now(), speed });
      return writeClock();
    },
    async start(more = {}) {
      const entry = [...preloads.flatMap((file) => ['--import', file]), 'dist/main.js'];
      running = await startBot(sandbox, {
        cwd: folder,
        entry,
        env: { ...env, ...more },
        timeoutMs: START_MS,
      });
      return running;
    },
    async end(signal = 'SIGKILL') {
      const bot = running;
      running = undefined;
      await bot?.stop(signal);
    },
    bot() {
      if (running === undefined) throw new Error('no bot runs');
      return running;
    },
    async ask(text, { user = 'U0MEMBER', channel = CHANNEL } = {}) {
      const { interactionId } = await client.command({ user, channel, text });
      const isAnswer = (message: StoredMessage) => !/^(?:Asking PAI|正在查询 PAI)/.test(message.text);
      return client.waitForMessage(isAnswer, { interactionId, timeoutMs: TIMEOUT_MS });
    },
    async aRun(name, more = {}) {
      const nodes = [
        { name: 'read', status: 'Succeeded' },
        { name: 'fit', status: 'Running' },
        { name: 'export', status: 'ReadyToSchedule' },
      ];
      const [run] = await client.createRuns({ runs: [{ name, nodes, ...more }] });
      if (run === undefined) throw new Error('the sandbox made no run');
      return run.id;
    },
    heads: async (channel) => (await said(channel)).map(headOf),
    whenSaid: (line, channel = CHANNEL) =>
      client.waitForMessage(
        (message) => message.isBot && message.visibleTo === undefined && hasLine(message, line),
        { channel, timeoutMs: TIMEOUT_MS },
      ),
    whenStored: (text) => eventually(`the store holds ${text}`, async () => text.test(await stored())),
    whenAllIsTold: (channel) =>
      eventually('everything is told', async () => isAllTold(await stored(), channel)),
    async close() {
      await running?.stop('SIGKILL');
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Looks every `pauseMs` until it is so; throws, with what it waited for, at the deadline. */
export async function eventually(
  what: string,
  look: () => boolean | Promise<boolean>,
  { timeoutMs = TIMEOUT_MS, pauseMs = 20 }: { readonly timeoutMs?: number; readonly pauseMs?: number } = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await look())) {
    if (Date.now() >= deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await pause(pauseMs);
  }
}

/** A message's first line, with its date tokens as `⟨time⟩`. */
export function headOf(message: Pick<StoredMessage, 'text'>): string {
  return linesOf(message)[0] ?? '';
}

/** Scenes of one file that are played at the same time: mostly they wait, but a bot that starts keeps a core busy. */
const MOST_SCENES = 3;
let playing = 0;

/** Lets a test have a scene that is closed after it, whatever becomes of it. Too many at once wait for each other. */
export function inScene(options: SceneOptions, play: (scene: Scene) => Promise<void>): () => Promise<void> {
  return async () => {
    await eventually('there is room', () => playing < MOST_SCENES, { timeoutMs: 120_000 });
    playing += 1;
    const scene = await openScene(options);
    try {
      await play(scene);
    } catch (error) {
      throw withWhatWasSeen(error, await scene.heads().catch(() => []));
    } finally {
      await scene.close();
      playing -= 1;
    }
  };
}

function hasLine(message: StoredMessage, pattern: RegExp): boolean {
  return linesOf(message).some((line) => pattern.test(line));
}

interface Stored {
  readonly data: {
    readonly deliveries: Readonly<Record<string, { readonly placeId: string; readonly state: string }>>;
    readonly places: Readonly<
      Record<
        string,
        {
          readonly channelId: string;
          readonly wantedVersion: number;
          readonly shownVersion: number;
          readonly isFlat?: true;
        }
      >
    >;
  };
}

function isAllTold(stored: string, channel: string | undefined): boolean {
  const { deliveries, places } = (JSON.parse(stored) as Stored).data;
  const isMeant = (placeId: string) => channel === undefined || places[placeId]?.channelId === channel;
  const owed = Object.values(deliveries).filter(({ state }) => /^(?:pending|sending|unknown)$/.test(state));
  const stale = Object.entries(places).filter(
    ([, each]) => !each.isFlat && each.wantedVersion > each.shownVersion,
  );
  return !owed.some(({ placeId }) => isMeant(placeId)) && !stale.some(([placeId]) => isMeant(placeId));
}

/** What was to be seen says more than that a deadline passed. */
function withWhatWasSeen(error: unknown, heads: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  error.message += `\nin the channel: ${JSON.stringify(heads.slice(-20), undefined, 1)}`;
  return error;
}
