import type { Output, Run, RunNode } from '../domain/run.ts';
import type { NodeId, RunId } from '../domain/target.ts';
import type { PaiflowError } from './errors.ts';
import type { QuestionRefusedError } from './refused-batch.ts';

interface Scope {
  readonly region: string;
  /** PAI workspace, sent when known. */
  readonly workspaceId?: string;
  /** Also asks for what was produced: `Model`, `DataSet`, `Metrics` or `ModelEvaluation`. */
  readonly outputType?: string;
}

export interface RunQuestion extends Scope {
  readonly kind: 'run';
  readonly runId: RunId;
}

export interface NodeQuestion extends Scope {
  readonly kind: 'node';
  readonly runId: RunId;
  readonly nodeId: NodeId;
}

/** How is this run, or this node? */
export type Question = RunQuestion | NodeQuestion;

/** What one call can ask about together: equal region, PAI workspace, kind and output type. */
export type Group = Scope & { readonly kind: Question['kind'] };

export interface RunRow {
  readonly run: Run;
  /** Empty unless the question had an output type. */
  readonly outputs: readonly Output[];
}

export interface NodeRow {
  readonly node: RunNode;
  readonly outputs: readonly Output[];
}

/** The time is when PAI was asked, not when it answered: what came about in between may be missing from the answer. */
interface Asked {
  readonly askedAt: Date;
}

export type RunFound = RunRow & Asked & { readonly kind: 'found' };
export type NodeFound = NodeRow & Asked & { readonly kind: 'found' };

/** Not known to PAI, or not shown to this key; asked without the PAI workspace too, if one was given. */
export interface Missing extends Asked {
  readonly kind: 'missing';
}

/**
 * No answer. With `refused` PAI refuses this very id, with `question-refused` it refused a batch and no id is known to
 * be to blame.
 */
export interface Failed {
  readonly kind: 'failed';
  readonly error: PaiflowError | QuestionRefusedError;
}

export type RunAnswer = RunFound | Missing | Failed;
export type NodeAnswer = NodeFound | Missing | Failed;
export type Answer = RunAnswer | NodeAnswer;

/** What a question is about, equal for equal ids within a group. */
export function idOf(question: Question): string {
  return question.kind === 'run' ? question.runId : `${question.runId}/${question.nodeId}`;
}

/** Equal for questions one call can ask about together. */
export function groupKey(group: Group): string {
  return `${scopeKey(group)}\0${group.workspaceId ?? ''}`;
}

/** As groupKey, whatever the PAI workspace. */
export function scopeKey({ kind, region, outputType }: Group): string {
  return `${kind}\0${region}\0${outputType ?? ''}`;
}

/** The same question for a run whose PAI workspace is not known for sure. */
export function withoutWorkspace(question: Question): Question {
  const { workspaceId: _dropped, ...rest } = question;
  return rest;
}
