import type { SandboxClient, Shown, ShownRun, StoredMessage } from './client.ts';
import { readNames } from './names.ts';
import { renderMessage } from './render.ts';

/** A step of a story that did not show what it should. */
export class StoryFailure extends Error {
  override readonly name = 'StoryFailure';
}

/** One deed of a person, and what Slack must have stored once the bot has answered it. */
export interface Step {
  /** What the failure of this step is called. */
  readonly name: string;
  /** Who does it, and in whose language dates are shown. */
  readonly by: string;
  readonly deed: (user: string) => Promise<Shown>;
  /** Words that the rendered answer must hold. */
  readonly words: readonly string[];
  /** The runs that its links, buttons and metadata must name; no others. */
  readonly runs: readonly Pick<ShownRun, 'id'>[];
  readonly place: Place;
  /** The message whose place the answer must take; left out = it must be a new one. */
  readonly replaces?: Pick<StoredMessage, 'id'>;
  /** How many calls PAIFlow must have had. */
  readonly calls: number;
}

/** Where an answer must stand, and for whom. */
export interface Place {
  readonly channel: string;
  readonly threadTs?: string;
  readonly audience: 'everybody' | 'who asked';
}

/** Plays steps, checks what Slack stored, and tells all of it. */
export interface Story {
  tell(text: string): void;
  /** Gives the one message that the bot answered with, or throws a StoryFailure that names the step. */
  act(step: Step): Promise<StoredMessage>;
  /** `10 answers, 50 PAIFlow calls, …`; for when the bot has stopped, since it must have said nothing more. */
  end(): Promise<string>;
}

/** How long the bot may take for one answer: its own bound, so that a busy machine fails no step. */
const PATIENCE_MS = 8000;
/** Said while PAI is slow; what takes its place is the answer. */
const ASKING = /^(Asking PAI|正在查询 PAI)/;

/** A story over one sandbox. Nothing that the bot says may hold one of the `secrets`. */
export function createStory(
  client: SandboxClient,
  secrets: readonly string[],
  print: (text: string) => void,
): Story {
  const totals = { answers: 0, calls: 0, runs: new Set<string>(), languages: new Set<string>() };
  // A step goes on where the one before stopped looking, so that what came too late is one message too many.
  let seen: number | undefined;

  async function act(step: Step): Promise<StoredMessage> {
    await client.clearJournal();
    const mark = seen ?? (await client.revision());
    const shown = await step.deed(step.by);
    if (shown.outcome !== 'acked') {
      fail(step, `the bot to answer Slack, Slack shows ${shown.outcome} ${shown.shown}`);
    }
    const message = await waitForOne(step, mark);
    const names = await readNames(client);
    const locale = names.localeOf(step.by);
    const text = renderMessage(message, names, new Date(), locale);
    print(`    ┌ @${names.user(message.user)} (${audienceOf(message, names.user(step.by), step)})`);
    print(`${text.replaceAll(/^/gm, '    │ ')}\n`);
    const missing = missingFrom(message, text, step, mark);
    if (missing.length > 0) fail(step, missing.join(', '));
    await checkCalls(step);
    totals.answers += 1;
    totals.languages.add(locale.slice(0, 2));
    for (const { id } of step.runs) totals.runs.add(id);
    return message;
  }

  /** The one message that the bot made or changed since the mark; somebody else is answered before it is counted. */
  async function waitForOne(step: Step, mark: number): Promise<StoredMessage> {
    const isAnswer = (each: StoredMessage): boolean => each.isBot && !ASKING.test(each.text);
    await client
      .waitForMessage(isAnswer, { afterRevision: mark, timeoutMs: PATIENCE_MS })
      .catch(() => fail(step, 'a message, the bot said nothing'));
    const fence = await client.command({ user: 'U0ADMIN', channel: 'C0QUIET', text: 'help' });
    await client.waitForAnswer(fence, { timeoutMs: PATIENCE_MS });
    const fresh = await client.messages({ afterRevision: mark });
    seen = Math.max(...fresh.map((each) => each.revision));
    const said = fresh.filter((each) => each.isBot && each.interactionId !== fence.interactionId);
    const [only] = said;
    if (only === undefined || said.length > 1) {
      fail(step, `one message, there are ${said.length}: ${said.map((each) => each.text).join(' / ')}`);
    }
    return only;
  }

  function missingFrom(message: StoredMessage, text: string, step: Step, mark: number): readonly string[] {
    const { place, replaces } = step;
    const stored = JSON.stringify(message);
    const visibleTo = place.audience === 'everybody' ? undefined : step.by;
    const isNew = message.firstRevision > mark;
    const named = namedRuns(message);
    const wanted = step.runs.map((run) => run.id).sort();
    return [
      ...step.words.filter((word) => !text.includes(word)).map((word) => JSON.stringify(word)),
      ...(named.join() === wanted.join() ? [] : [`the runs ${wanted.join()} and not ${named.join()}`]),
      ...(message.visibleTo === visibleTo ? [] : [`to be seen by ${visibleTo ?? 'everybody'}`]),
      ...(message.channel === place.channel ? [] : [`to stand in ${place.channel}`]),
      ...(message.threadTs === place.threadTs ? [] : [`to stand in the thread ${place.threadTs}`]),
      ...(replaces === undefined && !isNew ? ['a new message'] : []),
      ...(replaces === undefined || replaces.id === message.id
        ? []
        : [`to take the place of ${replaces.id}`]),
      ...(secrets.some((secret) => stored.includes(secret)) ? ['no secret in it'] : []),
    ];
  }

  async function checkCalls(step: Step): Promise<void> {
    const calls = await client.journal({ service: 'paiflow' });
    totals.calls += calls.length;
    if (calls.length === step.calls) return;
    const had = calls.map((entry) => entry.operation).join(', ');
    fail(step, `${step.calls} PAIFlow calls, there were ${calls.length}: ${had}`);
  }

  async function end(): Promise<string> {
    const late = (await client.messages({ afterRevision: seen ?? 0 })).filter((each) => each.isBot);
    if (late.length > 0) throw new StoryFailure(`after the end: expected nothing, there is ${late[0]?.text}`);
    return [
      `${totals.answers} answers`,
      `${totals.calls} PAIFlow calls`,
      `${totals.runs.size} runs`,
      `${totals.languages.size} languages`,
    ].join(', ');
  }

  return { tell: print, act, end };
}

/** The link that the PAI console shows for a run. */
export function consoleLink(run: ShownRun): string {
  const place = `regionId=${run.region}&workspaceId=${run.workspaceId}`;
  return `https://pai.console.aliyun.com/?${place}#/studio/task/detail/${run.id}`;
}

function fail(step: Step, expected: string): never {
  throw new StoryFailure(`${step.name}: expected ${expected}`);
}

/** Every run that a reader could reach from a message, by id. */
function namedRuns({ blocks, metadata }: StoredMessage): readonly string[] {
  const stored = JSON.stringify([blocks, metadata]);
  return [...new Set(stored.match(/flow-[a-z0-9]{18}/g))].sort();
}

function audienceOf(message: StoredMessage, asker: string, { replaces }: Step): string {
  const edited = replaces === undefined ? '' : ', in place';
  if (message.visibleTo !== undefined) return `only @${asker} sees it${edited}`;
  if (message.channel.startsWith('D')) return `in their DM${edited}`;
  return `${message.threadTs === undefined ? '' : 'in the thread, '}everybody sees it${edited}`;
}
