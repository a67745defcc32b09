import type { SandboxClient, Shown, ShownRun, StoredMessage } from './client.ts';
import { type Expected, holdsSecret, missingFrom, pingsOf } from './expected.ts';
import { readNames } from './names.ts';
import { renderMessage } from './render.ts';

/** A step of a story that did not show what it should. */
export class StoryFailure extends Error {
  override readonly name = 'StoryFailure';
}

interface Deed {
  /** What its failure is called. */
  readonly name: string;
  /** Who does it or reads of it, and in whose language dates are shown. */
  readonly by: string;
}

/** One deed of a person, and what Slack must have stored once the bot has answered it. */
export interface Step extends Deed, Expected {
  readonly deed: (user: string) => Promise<Shown>;
  /** How many calls PAIFlow must have had. */
  readonly calls: number;
}

/**
 * Something that happens while runs are watched, and what Slack must have stored once it is told. How many calls
 * PAIFlow had is not asked: the watcher looks when its time has come.
 */
export interface Turn extends Deed {
  /** Gives what Slack showed, where it was done in Slack. */
  readonly deed: (user: string) => Promise<Shown | ShownRun>;
  /** The first of its words tells a new message from the others. */
  readonly shows: readonly Sight[];
}

export interface Sight extends Expected {
  /** A card: it may be edited at any later time, and never pings. */
  readonly isCard?: boolean;
}

/** Plays steps, checks what Slack stored, and tells all of it. */
export interface Story {
  tell(text: string): void;
  /** Gives the one message that the bot answered with, or throws a StoryFailure that names the step. */
  act(step: Step): Promise<StoredMessage>;
  /** Gives the last message that the turn shows, or throws a StoryFailure that names it: nothing else may be said. */
  see(turn: Turn): Promise<StoredMessage>;
  /** `10 answers, 50 PAIFlow calls, …`; for when the bot has stopped, since it must have said nothing more. */
  end(): Promise<string>;
}

/** How long the bot may take for one answer: its own bound, so that a busy machine fails no step. */
const PATIENCE_MS = 8000;
/** How long until something is told: the bot has to look first, and edits cards one by one. */
const TELLING_PATIENCE_MS = 20_000;
/** Said while PAI is slow; what takes its place is the answer. */
const ASKING = /^(Asking PAI|正在查询 PAI)/;

/** A story over one sandbox. Nothing that the bot says may hold one of the `secrets`. */
export function createStory(
  client: SandboxClient,
  secrets: readonly string[],
  print: (text: string) => void,
): Story {
  const totals = { answers: 0, calls: 0, told: 0, runs: new Set<string>(), languages: new Set<string>() };
  const cards = new Set<string>();
  // A step goes on where the one before stopped looking, so that what came too late is one message too many.
  let seen: number | undefined;

  async function act(step: Step): Promise<StoredMessage> {
    await client.clearJournal();
    const mark = seen ?? (await client.revision());
    checkShown(step, await step.deed(step.by));
    const isAnswer = (each: StoredMessage): boolean => each.isBot && !ASKING.test(each.text);
    await client
      .waitForMessage(isAnswer, { afterRevision: mark, timeoutMs: PATIENCE_MS })
      .catch(() => fail(step, 'a message, the bot said nothing'));
    const said = await readSaid(mark);
    const [only] = said;
    if (only === undefined || said.length > 1) {
      fail(step, `one message, there are ${said.length}: ${said.map((each) => each.text).join(' / ')}`);
    }
    await check(step, [[step, only]], mark);
    await checkCalls(step);
    totals.answers += 1;
    return only;
  }

  async function see(turn: Turn): Promise<StoredMessage> {
    const mark = seen ?? (await client.revision());
    const reader = await createReader(turn.by);
    const shown = await turn.deed(turn.by);
    if ('outcome' in shown) checkShown(turn, shown);
    const fresh = new Map<string, StoredMessage>();
    const isAllThere = (changed: StoredMessage): boolean => {
      fresh.set(changed.id, changed);
      const pairs = matchSights(turn.shows, [...fresh.values()], mark, reader.read);
      return pairs.every(([sight, message]) => {
        const text = message === undefined ? '' : reader.read(message);
        return message !== undefined && sight.words.every((word) => text.includes(word));
      });
    };
    // What is missing at the deadline is told below, by its words.
    await client
      .waitForMessage(isAllThere, { afterRevision: mark, timeoutMs: TELLING_PATIENCE_MS })
      .catch(() => undefined);
    const said = await readSaid(mark);
    const found: [Sight, StoredMessage][] = [];
    for (const [sight, message] of matchSights(turn.shows, said, mark, reader.read)) {
      if (message === undefined) fail(turn, `${JSON.stringify(sight.words[0])}, there is ${textsOf(said)}`);
      found.push([sight, message]);
    }
    await check(turn, found, mark);
    const messages = found.map(([, message]) => message);
    for (const [{ isCard }, { id }] of found) if (isCard === true) cards.add(id);
    const others = said.filter((each) => !messages.includes(each) && !cards.has(each.id));
    if (others.length > 0) fail(turn, `nothing else, there is ${textsOf(others)}`);
    totals.told += messages.length;
    return messages.at(-1) ?? fail(turn, 'something to see');
  }

  /** What the bot made or changed since the mark; somebody else is answered before it is counted. */
  async function readSaid(mark: number): Promise<readonly StoredMessage[]> {
    const fence = await client.command({ user: 'U0ADMIN', channel: 'C0QUIET', text: 'help' });
    await client.waitForAnswer(fence, { timeoutMs: PATIENCE_MS });
    const fresh = await client.messages({ afterRevision: mark });
    seen = Math.max(...fresh.map((each) => each.revision));
    return fresh.filter((each) => each.isBot && each.interactionId !== fence.interactionId);
  }

  async function check(deed: Deed, found: readonly [Expected, StoredMessage][], mark: number): Promise<void> {
    const { read, locale, nameOf } = await createReader(deed.by);
    const missing: string[] = [];
    for (const [expected, message] of found) {
      const text = read(message);
      print(`    ┌ @${nameOf(message.user)} (${audienceOf(message, expected, deed.by, nameOf)})`);
      print(`${text.replaceAll(/^/gm, '    │ ')}\n`);
      missing.push(...missingFrom(message, expected, { text, asker: deed.by, mark, secrets }));
      for (const { id } of expected.runs) totals.runs.add(id);
    }
    if (missing.length > 0) fail(deed, missing.join(', '));
    totals.languages.add(locale.slice(0, 2));
  }

  async function createReader(user: string) {
    const names = await readNames(client);
    const locale = names.localeOf(user);
    const read = (message: StoredMessage): string => renderMessage(message, names, new Date(), locale);
    return { read, locale, nameOf: names.user };
  }

  async function checkCalls(step: Step): Promise<void> {
    const calls = await client.journal({ service: 'paiflow' });
    totals.calls += calls.length;
    if (calls.length === step.calls) return;
    const had = calls.map((entry) => entry.operation).join(', ');
    fail(step, `${step.calls} PAIFlow calls, there were ${calls.length}: ${had}`);
  }

  async function end(): Promise<string> {
    const late = (await client.messages({ afterRevision: seen ?? 0 })).filter(
      (each) => each.isBot && !cards.has(each.id),
    );
    if (late.length > 0) throw new StoryFailure(`after the end: expected nothing, there is ${late[0]?.text}`);
    const said = (await client.messages()).filter(({ isBot }) => isBot);
    const leak = said.find((each) => holdsSecret(each, secrets));
    if (leak !== undefined) throw new StoryFailure(`at the end: expected no secret in ${leak.id}`);
    const loud = said.find(
      (each) => cards.has(each.id) && [each, ...each.history].flatMap(pingsOf).length > 0,
    );
    if (loud !== undefined) throw new StoryFailure(`at the end: expected the card ${loud.id} to ping nobody`);
    return [
      `${totals.answers} answers`,
      `${totals.calls} PAIFlow calls for them`,
      `${totals.told} messages about watched runs`,
      `${totals.runs.size} runs`,
      `${totals.languages.size} languages`,
    ].join(', ');
  }

  return { tell: print, act, see, end };
}

/** The link that the PAI console shows for a run. */
export function consoleLink(run: ShownRun): string {
  const place = `regionId=${run.region}&workspaceId=${run.workspaceId}`;
  return `https://pai.console.aliyun.com/?${place}#/studio/task/detail/${run.id}`;
}

function checkShown(deed: Deed, { outcome, shown }: Shown): void {
  if (outcome !== 'acked') fail(deed, `the bot to answer Slack, Slack shows ${outcome} ${shown}`);
}

function fail(deed: Deed, expected: string): never {
  throw new StoryFailure(`${deed.name}: expected ${expected}`);
}

function textsOf(messages: readonly StoredMessage[]): string {
  return messages.map(({ text }) => text).join(' / ') || 'nothing';
}

/** Each sight with its message: an edit by what it takes the place of, a new one by the first of its words. */
function matchSights(
  sights: readonly Sight[],
  messages: readonly StoredMessage[],
  mark: number,
  read: (message: StoredMessage) => string,
): readonly (readonly [Sight, StoredMessage | undefined])[] {
  const left = messages.filter(({ isBot }) => isBot);
  return sights.map((sight) => {
    const { replaces, words } = sight;
    const index = left.findIndex((message) =>
      replaces === undefined
        ? message.firstRevision > mark && read(message).includes(words[0] ?? '')
        : message.id === replaces.id,
    );
    return [sight, index < 0 ? undefined : left.splice(index, 1)[0]];
  });
}

function audienceOf(
  message: StoredMessage,
  { replaces }: Expected,
  asker: string,
  nameOf: (user: string) => string,
): string {
  const edited = replaces === undefined ? '' : ', in place';
  const pings = pingsOf(message).map((user) => `, mentions @${nameOf(user)}`);
  if (message.visibleTo !== undefined) return `only @${nameOf(asker)} sees it${edited}`;
  return `${whereabouts(message)}${edited}${pings.join('')}`;
}

function whereabouts({ channel, threadTs }: StoredMessage): string {
  if (channel.startsWith('D')) return threadTs === undefined ? 'in their DM' : 'in a thread of their DM';
  return threadTs === undefined ? 'everybody sees it' : 'in the thread, everybody sees it';
}
