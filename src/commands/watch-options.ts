import { DEFAULT_ON, ON_WORDS, type OnWord } from '../domain/watch.ts';
import { type OptionMistake, type OptionRule, oneOf } from './options.ts';

/** Where watched runs are told: in the place that was asked in, in the person's DM, or in one thread of the channel. */
export type WatchWhere =
  | { readonly kind: 'here' }
  | { readonly kind: 'dm' }
  /** As `here` or `thread`, and Flowbell comes into the channel for it; only a button says so. */
  | { readonly kind: 'join'; readonly threadTs?: string | undefined }
  /** What a button carries whose message stands outside the thread that is meant. */
  | { readonly kind: 'thread'; readonly threadTs: string };

/** Every word for what can be heard of a run, whatever its case. */
const WORDS: Readonly<Record<OnWord, readonly string[]>> = {
  failed: ['failed', 'fail', 'failure', '失败'],
  end: ['end', 'ends', 'done', 'ended', '结束', '完成'],
  nodes: ['nodes', 'node', 'steps', '节点', '步骤'],
  started: ['started', 'start', '开始', '启动'],
  suspended: ['suspended', 'suspend', '挂起'],
  rerun: ['rerun', 'reruns', '重跑'],
};
const ALL: readonly string[] = ['all', '全部', '所有'];
/** Of a pipeline's next run one can say so, and of a single run never. */
const RECOVERED: readonly string[] = ['recovered', 'recover', '恢复'];

const DM: readonly string[] = ['dm', '私信'];
const HERE: readonly string[] = ['here', '这里', '本频道'];
const JOIN = 'join';
const TS = /^\d{1,12}\.\d{1,6}$/;
/** How Slack writes a channel in what people type: `<#C0123|general>` (docs.slack.dev, escaping of slash commands). */
const CHANNEL_MARKUP = /<#(\w{1,40})(?:\|([^<>|]*))?>/g;
/** Slack's ids of channels and direct messages begin so (docs.slack.dev, conversation objects). */
const IN_CHANNEL = /\sin:([CDG][A-Z0-9]{2,20})$/;

/** The options of `watch`. `recovered` is read, so that it can be refused in words of its own. */
export const WATCH_OPTIONS = {
  on: {
    read: readOn,
    example: `on:${DEFAULT_ON.join(',')}`,
    mistakeIn: strangeEvent,
  } satisfies OptionRule<readonly OnWord[] | 'recovered'>,
  in: { read: readWhere, example: 'in:dm', mistakeIn: strangePlace } satisfies OptionRule<WatchWhere>,
};

/** The only word that `unwatch` takes instead of runs. */
export const EVERYTHING = oneOf(ALL, 'all');

/** Parts the text of `unwatch` from the other channel that only a button names, in the form of `formatChannel`. */
export function splitChannel(text: string): { readonly rest: string; readonly channelId?: string } {
  const [option = '', channelId] = IN_CHANNEL.exec(text) ?? [];
  return channelId === undefined ? { rest: text } : { rest: text.slice(0, -option.length), channelId };
}

/** What a button says to end a watch that is told in another channel. */
export function formatChannel(channelId: string): string {
  return `in:${channelId}`;
}

/** What was typed for people to read: a channel by its name instead of as Slack writes it. */
export function withoutMarkup(typed: string): string {
  return typed.replace(CHANNEL_MARKUP, (_markup, id: string, name = '') => `#${name === '' ? id : name}`);
}

function readOn(value: string): readonly OnWord[] | 'recovered' | undefined {
  const typed = value.toLowerCase().split(',');
  if (typed.some((word) => RECOVERED.includes(word))) return 'recovered';
  if (typed.some((word) => eventsCalled(word).length === 0)) return undefined;
  const meant = new Set(typed.flatMap(eventsCalled));
  return ON_WORDS.filter((each) => meant.has(each));
}

function eventsCalled(word: string): readonly OnWord[] {
  return ALL.includes(word) ? ON_WORDS : ON_WORDS.filter((each) => WORDS[each].includes(word));
}

/** The first word that is nothing to hear of a run, and what there is. */
function strangeEvent(value: string): OptionMistake | undefined {
  const typed = value.split(',').find((word) => eventsCalled(word.toLowerCase()).length === 0);
  if (typed === undefined || typed === '') return undefined;
  const words = [...ON_WORDS.map((each) => WORDS[each]), ALL];
  const isChinese = (word: string): boolean => /\p{Script=Han}/u.test(word);
  const known = {
    en: words.flatMap((each) => each.slice(0, 1)),
    zh: words.flatMap((each) => each.find(isChinese) ?? []),
  };
  return { kind: 'unknown-word', typed: withoutMarkup(typed), known };
}

function strangePlace(value: string): OptionMistake | undefined {
  if (value === '') return undefined;
  const known = { en: ['in:here', 'in:dm'], zh: ['in:这里', 'in:私信'] };
  return { kind: 'unknown-word', typed: `in:${withoutMarkup(value)}`, known };
}

function readWhere(value: string): WatchWhere | undefined {
  const word = value.toLowerCase();
  if (DM.includes(word)) return { kind: 'dm' };
  if (HERE.includes(word)) return { kind: 'here' };
  if (word === JOIN) return { kind: 'join' };
  const [first, threadTs = ''] = word.split(',');
  if (first === JOIN) return TS.test(threadTs) ? { kind: 'join', threadTs } : undefined;
  return TS.test(word) ? { kind: 'thread', threadTs: word } : undefined;
}

/** The option for a place, as `WATCH_OPTIONS` reads it; nothing for where the command itself is given. */
export function formatWhere(where: WatchWhere): string[] {
  switch (where.kind) {
    case 'here':
      return [];
    case 'dm':
      return ['in:dm'];
    case 'join':
      return [where.threadTs === undefined ? `in:${JOIN}` : `in:${JOIN},${where.threadTs}`];
    case 'thread':
      return [`in:${where.threadTs}`];
    default:
      return where satisfies never;
  }
}
