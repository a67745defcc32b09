import { DEFAULT_ON, ON_WORDS, type OnWord } from '../domain/watch.ts';
import { type OptionRule, oneOf } from './options.ts';

/** Where watched runs are told: in the place that was asked in, in the person's DM, or in one thread of the channel. */
export type WatchWhere =
  | { readonly kind: 'here' }
  | { readonly kind: 'dm' }
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
const TS = /^\d{1,12}\.\d{1,6}$/;

/** The options of `watch`. `recovered` is read, so that it can be refused in words of its own. */
export const WATCH_OPTIONS = {
  on: { read: readOn, example: `on:${DEFAULT_ON.join(',')}` } satisfies OptionRule<
    readonly OnWord[] | 'recovered'
  >,
  in: { read: readWhere, example: 'in:dm' } satisfies OptionRule<WatchWhere>,
};

/** The only word that `unwatch` takes instead of runs. */
export const EVERYTHING = oneOf(ALL, 'all');

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
  return TS.test(word) ? { kind: 'thread', threadTs: word } : undefined;
}
