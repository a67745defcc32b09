import { nearest } from '../domain/nearest.ts';
import type { Verb } from '../messages/catalog.ts';

/** Every word that means a verb: the verb itself first, then short forms and Chinese. */
const WORDS: Readonly<Record<Verb, readonly string[]>> = {
  status: ['status', 'st', 'stat', 'show', '状态', '查询', '查看'],
  runs: ['runs', 'run', 'ls', '任务', '任务列表'],
  logs: ['logs', 'log', 'tail', '日志'],
  why: ['why', 'reason', '为什么', '为啥', '原因'],
  outputs: ['outputs', 'output', 'out', 'metrics', '输出', '度量', '指标'],
  watch: ['watch', 'follow', '关注', '监控'],
  unwatch: ['unwatch', 'unfollow', '取消关注', '取消监控'],
  list: ['list', 'watches', '列表', '关注列表'],
  doctor: ['doctor', '诊断'],
  help: ['help', 'h', '?', '？', '帮助'],
};

const VERBS = Object.keys(WORDS) as Verb[];

/** The verb that a word means, whatever its case. */
export function verbOf(word: string): Verb | undefined {
  const lower = word.toLowerCase();
  return VERBS.find((verb) => WORDS[verb].includes(lower));
}

/** An input method that was given the right sounds picks the wrong sign: `日至` for `日志`. */
function isOneSignOff(typed: string, known: string): boolean {
  if (typed.length !== known.length || !HAN.test(typed) || !HAN.test(known)) return false;
  return [...typed].filter((sign, index) => sign !== known[index]).length === 1;
}

const HAN = /^\p{Script=Han}{2,4}$/u;

/** The verb that somebody may have meant by a word that is none. */
export function nearestVerb(word: string): Verb | undefined {
  const known = Object.values(WORDS).flat();
  const lower = word.toLowerCase();
  const meant =
    nearest(
      lower,
      known.filter((each) => each.length > 4),
    ) ??
    // Two slips make any short word into any other.
    nearest(
      lower,
      known.filter((each) => each.length === 3 || each.length === 4),
      1,
    ) ??
    known.find((each) => isOneSignOff(lower, each));
  return meant === undefined ? undefined : verbOf(meant);
}
