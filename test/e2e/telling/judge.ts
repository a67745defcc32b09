import type { StoredMessage } from '../../../sandbox/client.ts';
import { type RigRun, UPDATES, type Update } from './script.ts';

/** What is wrong with what Slack has stored, a sentence each. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  readonly outOfOrder: readonly string[];
  /** Mentions that are missing or one too many. */
  readonly mentions: readonly string[];
  readonly wrongCards: readonly string[];
  /** Messages that belong to nothing. */
  readonly extra: readonly string[];
  readonly told: number;
}

/** An update as one message tells it. */
interface Sighting {
  readonly update: Update;
  readonly ts: string;
}

/**
 * Compares what everybody sees with what happened: each update of each run once and in order, in the thread of its one
 * card, the watcher mentioned once, and the card as the run is in the end. A failure of the last node may be told by the
 * failure of the run, and updates may be told together.
 */
export function judge(runs: readonly RigRun[], messages: readonly StoredMessage[], watcher: string): Verdict {
  const verdict = { lost: [], twice: [], outOfOrder: [], mentions: [], wrongCards: [], extra: [] } as {
    [K in Exclude<keyof Verdict, 'told'>]: string[];
  };
  const said = messages
    .filter(({ isBot, visibleTo, deletedAt }) => isBot && visibleTo === undefined && deletedAt === undefined)
    .sort((a, b) => Number(a.ts) - Number(b.ts));
  let told = 0;
  for (const run of runs) {
    const cards = said.filter((each) => isCardOf(run, each));
    if (cards.length > 1) verdict.twice.push(`${run.name}: ${cards.length} cards`);
    const [card] = cards;
    if (card === undefined) verdict.lost.push(`${run.name}: its card`);
    else if (!showsEnd(card, run)) verdict.wrongCards.push(`${run.name}: ${firstLine(card)}`);
    const about = said.filter((each) => !isCardOf(run, each) && each.text.includes(run.name));
    const sightings = about.flatMap((each) => sightingsIn(each, run));
    told += judgeRun(run, sightings, verdict);
    const pings = about.filter(({ text }) => text.includes(`<@${watcher}>`)).length;
    if (pings !== 1) verdict.mentions.push(`${run.name}: mentioned ${pings} times`);
  }
  const names = runs.map(({ name }) => name);
  for (const each of said)
    if (!names.some((name) => each.text.includes(name))) verdict.extra.push(firstLine(each));
  return { ...verdict, told };
}

function judgeRun(
  run: RigRun,
  sightings: readonly Sighting[],
  verdict: { readonly lost: string[]; readonly twice: string[]; readonly outOfOrder: string[] },
): number {
  let told = 0;
  for (const update of UPDATES) {
    const count = sightings.filter((each) => each.update === update).length;
    if (count > 1) verdict.twice.push(`${run.name}: ${update} ${count} times`);
    // The reply about the run names the node where both failed in one look.
    const isToldByEnd = update === 'train' && run.fails && sightings.some((each) => each.update === 'end');
    if (count === 0 && !isToldByEnd) verdict.lost.push(`${run.name}: ${update}`);
    else told += 1;
  }
  const order = sightings.map(({ update }) => UPDATES.indexOf(update));
  if (order.some((each, index) => index > 0 && each < (order[index - 1] ?? 0)))
    verdict.outOfOrder.push(`${run.name}: ${sightings.map(({ update }) => update).join(', ')}`);
  return told;
}

/** The card begins the thread, so it stands in the channel by itself and speaks of the one run. */
function isCardOf({ name, channel }: RigRun, message: StoredMessage): boolean {
  const isRoot = message.threadTs === undefined && message.channel === channel;
  return isRoot && firstLine(message).includes(name) && !/together/.test(firstLine(message));
}

function showsEnd(card: StoredMessage, { fails }: RigRun): boolean {
  return fails ? /failed/.test(firstLine(card)) : /succeeded/.test(firstLine(card));
}

/** What one message tells of the run; a fold tells several things, each in a line of its own. */
function sightingsIn(message: StoredMessage, run: RigRun): Sighting[] {
  const lines = message.text.split('\n').filter((line) => line.includes(run.name) || isFoldOf(message, run));
  return lines.flatMap((line) => updatesIn(line, run)).map((update) => ({ update, ts: message.ts }));
}

function isFoldOf(message: StoredMessage, { name }: RigRun): boolean {
  return /together|meanwhile|more nodes/.test(firstLine(message)) && firstLine(message).includes(name);
}

function updatesIn(line: string, { fails }: RigRun): Update[] {
  const node = /(?:node |› )`(\w+)`/.exec(line)?.[1];
  if (node !== undefined && /succeeded|failed/.test(line)) {
    const update = UPDATES.find((each) => each === node);
    if (update !== undefined && update !== 'end') return [update];
  }
  if (/\bfailed\b/.test(line)) return fails ? ['end'] : [];
  return /\bsucceeded\b/.test(line) ? ['end'] : [];
}

function firstLine({ text }: StoredMessage): string {
  return text.split('\n')[0] ?? '';
}
