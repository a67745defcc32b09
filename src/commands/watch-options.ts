import { DEFAULT_ON, ON_WORDS, type OnWord } from '../domain/watch.ts';
import { type OptionRule, oneOf } from './options.ts';

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
/** Slack's ids of channels and direct messages begin so (docs.slack.dev, conversation objects). */
const IN_CHANNEL = /\sin:([CDG][A-Z0-9]{2,20})$/;

/** The options of `watch`. `recovered` is read, so that it can be refused in words of its own. */
export const WATCH_OPTIONS = {
  on: { read: readOn, example: `on:${DEFAULT_ON.join(',')}` } satisfies OptionRule<
    readonly OnWord[] | 'recovered'
  >,
  in: { read: readWhere, example: 'in:dm' } satisfies OptionRule<WatchWhere>,
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

function readOn(value: string): readonly OnWord[] | 'recovered' | undefined {
  const typed = value.toLowerCase().split(',');
  if (typed.some((word) => RECOVERED.includes(word))) return 'recovered';
  if (typed.every((word) => ALL.includes(word))) return ON_WORDS;
  const meant = new Set<OnWord>();
  for (const word of typed) {
    const known = ON_WORDS.find((each) => WORDS[each].includes(word));
    if (known === undefined) return undefined;
    meant.add(known);
  }
  return ON_WORDS.filter((each) => meant.has(each));
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
