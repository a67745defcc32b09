import type { NodeId, RunId } from '../../src/domain/target.ts';
import type { Ask } from '../../src/paiflow/ask-status.ts';
import { PaiflowError, type PaiflowErrorKind } from '../../src/paiflow/errors.ts';
import {
  type Group,
  idOf,
  type NodeRow,
  type Question,
  type RunQuestion,
  type RunRow,
} from '../../src/paiflow/question.ts';

export function runQuestion(name: string, scope: Partial<RunQuestion> = {}): RunQuestion {
  return { kind: 'run', region: 'cn-hangzhou', runId: `flow-${name}` as RunId, ...scope };
}

export function nodeQuestion(name: string): Question {
  return { kind: 'node', region: 'cn-hangzhou', runId: 'flow-a' as RunId, nodeId: `node-${name}` as NodeId };
}

export function failure(kind: PaiflowErrorKind, retryAfterMs?: number): PaiflowError {
  return new PaiflowError({ kind, operation: 'ListPipelineRunsStatus', region: 'cn-hangzhou', retryAfterMs });
}

export function rowOf(question: Question): RunRow | NodeRow {
  const status = { phase: 'running', said: 'Running' } as const;
  return question.kind === 'run'
    ? { run: { region: question.region, runId: question.runId, status, isDeleted: false }, outputs: [] }
    : { node: { runId: question.runId, nodeId: question.nodeId, status }, outputs: [] };
}

export interface OpenCall {
  readonly group: Group;
  readonly questions: readonly Question[];
  readonly ids: readonly string[];
  readonly signal: AbortSignal;
  /** Answers with these ids, or with all that were asked. */
  readonly answer: (ids?: readonly string[]) => void;
  readonly fail: (error: Error) => void;
}

/** Stands where ListPipelineRunsStatus is asked, notes the calls and answers when the test says so. */
export function createPaiDouble(): { readonly ask: Ask; readonly calls: OpenCall[] } {
  const calls: OpenCall[] = [];
  const ask: Ask = (group, questions, { signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(failure('aborted')));
      const ids = questions.map(idOf);
      calls.push({
        group,
        questions,
        ids,
        signal,
        answer: (known = ids) =>
          resolve(
            new Map(
              questions.filter((each) => known.includes(idOf(each))).map((each) => [idOf(each), rowOf(each)]),
            ),
          ),
        fail: reject,
      });
    });
  return { ask, calls };
}
