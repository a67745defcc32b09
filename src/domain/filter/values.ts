import { type Phase, readStatus, WORST_FIRST } from '../status.ts';
import type { Clause, FilterKey } from './filter.ts';
import { SINCE_EXAMPLES } from './since.ts';

/** The short names that `workspace:` knows. */
export interface FilterSettings {
  readonly workspaces: readonly { readonly name?: string }[];
}

/** PAI's own words (paiflow 2021-02-02, field Status), whatever their case. */
const PAI_WORDS: readonly string[] = [
  'Running',
  'Starting',
  'WorkflowServiceStarting',
  'ReadyToSchedule',
  'Initialized',
  'Succeeded',
  'Succeed',
  'Failed',
  'Terminating',
  'Terminated',
  'Suspended',
  'Skipped',
];

/** What people call the states, in both languages; a word that may well be part of a name is left out. */
const SYNONYMS: Readonly<Record<Phase, readonly string[]>> = {
  running: ['运行中', '正在运行', '运行'],
  queued: ['pending', '排队中', '排队'],
  'not-started': ['notstarted', '未启动', '未开始'],
  succeeded: ['success', 'successful', '成功', '已成功'],
  failed: ['fail', 'failure', '失败', '已失败'],
  terminating: ['stopping', '终止中'],
  terminated: ['stopped', 'cancelled', 'canceled', '已终止', '终止', '已停止'],
  suspended: ['paused', '已挂起', '挂起'],
  skipped: ['已跳过', '跳过'],
  deleted: ['已删除', '删除'],
  unknown: ['未知'],
};

const PHASES: ReadonlyMap<string, Phase> = new Map([
  ...PAI_WORDS.map((word) => [word.toLowerCase(), readStatus(word).phase] as const),
  ...WORST_FIRST.flatMap((phase) => [phase, ...SYNONYMS[phase]].map((word) => [word, phase] as const)),
]);

/** Values of SourceType (ListPipelineRuns), in lower case. */
const SOURCES: readonly string[] = ['designer', 'sdk', 'm6', 'unknown'];

/** Far more than the 16 to 18 digits of PAI's user ids; below four too many users share an ending. */
const USER_DIGITS = /^(?:…|\.{3})?(\d{4,30})$/;
const WORKSPACE_DIGITS = /^\d{1,20}$/;

/** The phase that a word means, whatever its case. */
export function phaseOfWord(word: string): Phase | undefined {
  return PHASES.get(word.trim().toLowerCase().replaceAll(/[_ ]/g, '-'));
}

/** The one spelling of a value that means the same, or nothing where the key has no such value. */
export function readValue(key: Clause['key'], typed: string, settings: FilterSettings): string | undefined {
  switch (key) {
    case 'status':
      return phaseOfWord(typed);
    case 'source':
      return SOURCES.find((source) => source === typed.trim().toLowerCase());
    case 'user':
      return USER_DIGITS.exec(typed.trim())?.[1];
    case 'workspace':
      return readWorkspace(typed.trim(), settings);
    case 'pipeline':
    case 'name':
    case 'node':
      return typed;
    default:
      return key satisfies never;
  }
}

function readWorkspace(typed: string, { workspaces }: FilterSettings): string | undefined {
  const lower = typed.toLowerCase();
  const named = workspaces.find(({ name }) => name?.toLowerCase() === lower)?.name;
  return named ?? (WORKSPACE_DIGITS.test(typed) ? typed : undefined);
}

/** What may stand after a key: all there is, or examples. Nothing where any text may. */
export function knownValues(key: FilterKey, { workspaces }: FilterSettings): readonly string[] {
  if (key === 'status') return WORST_FIRST;
  if (key === 'source') return SOURCES;
  if (key === 'since') return SINCE_EXAMPLES;
  if (key === 'workspace') return workspaces.flatMap(({ name }) => name ?? []);
  return [];
}
