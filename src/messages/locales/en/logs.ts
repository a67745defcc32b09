import type { LogPart, LogWords, RunFacts } from '../../catalog.ts';
import { code, join, type Line, lead, line, type Span } from '../../line.ts';
import { grouped } from '../../numbers.ts';
import { counted, stateOfRun } from './phrases.ts';

/** Words about what a node wrote and made. */
export const logWords: LogWords = {
  logHead: (place, part) => line`${place}: ${join([linesShown(part), hiddenSecrets(part.hidden)], ', ')}`,
  noLog: () =>
    line`PAI has no log lines for this node. If it ran on MaxCompute, its Logview is one click away in PAI.`,
  logFile: (place, { shown, total, hidden }) =>
    line`${place}: ${join([shown < total ? line`the last ${grouped(shown)} of ${counted(total, 'line')}` : line`all ${counted(total, 'line')}`, hiddenSecrets(hidden)], ', ')}`,
  noErrorLine: (place, searched) => line`${place}: No error line in the last ${counted(searched, 'line')}.`,
  noLineWith: (place, grep) => line`${place}: no line with ${grep}.`,

  runFailed: (name, node, cause, hasLog) =>
    line`${name} failed${lead(' at ', node && [node])}${because(cause, hasLog)}`,
  nodeFailed: (name, node, cause, facts, hasLog) =>
    line`${name} ${goesOn(facts)}, but ${node} failed${because(cause, hasLog)}`,
  nothingFailed: (sentence) => line`${sentence}; nothing has failed`,
  tailHead: (shown, hidden) => join([line`Last ${counted(shown, 'line')}`, hiddenSecrets(hidden)], ', '),

  outputsHead: (place, total, type) => line`${place}: ${counted(total, 'output')}${ofType(type)}`,
  noOutputs: (place, type, mayStillCome) =>
    line`${place}: no outputs${ofType(type)}${mayStillCome ? ' yet; the run goes on and may still make some' : ''}`,
  outputType: (type) => [typeName(type)],
  inProject: (project) => line` (MaxCompute project ${project})`,
  moreValues: (count) => line`${grouped(count)} more`,
};

function linesShown({ kind, first, shown, total, grep, searched }: LogPart): Line {
  const last = first + shown - 1;
  const isEnd = last >= total;
  if (kind === 'errors') {
    const found =
      shown === total ? counted(total, 'error line') : `last ${shown} of ${counted(total, 'error line')}`;
    return line`${found}${searched === undefined ? '' : ` in the last ${counted(searched, 'line')}`}`;
  }
  const searchedFor = grep === undefined ? [] : line` with ${grep}`;
  if (first === 1 && isEnd)
    return line`${grep === undefined ? 'all ' : ''}${counted(total, 'line')}${searchedFor}`;
  if (isEnd) return line`last ${grouped(shown)} of ${counted(total, 'line')}${searchedFor}`;
  return line`lines ${grouped(first)} to ${grouped(last)} of ${grouped(total)}${searchedFor}`;
}

function hiddenSecrets(count: number): Line | undefined {
  return count > 0 ? line`${counted(count, 'secret')} hidden` : undefined;
}

function because(cause: Span | undefined, hasLog: boolean): Line {
  if (cause !== undefined) return line`: ${cause}`;
  return hasLog ? line` (no error line found)` : [];
}

function goesOn({ run }: RunFacts): Line {
  if (run.isDeleted) return line`was deleted`;
  switch (run.status.phase) {
    case 'running':
      return line`is still running`;
    case 'terminated':
    case 'skipped':
      return line`was ${stateOfRun(run)}`;
    case 'succeeded':
    case 'failed':
      return line`${stateOfRun(run)}`;
    case 'unknown':
      return line`is in a state I don't know`;
    default:
      return line`is ${stateOfRun(run)}`;
  }
}

function ofType(type: string | undefined): Line {
  return type === undefined ? [] : line` of type ${typeName(type)}`;
}

const TYPES: readonly string[] = ['Model', 'DataSet', 'Metrics', 'ModelEvaluation'];

function typeName(type: string): Span {
  return TYPES.includes(type) ? { kind: 'words', words: type, bold: true } : code(type);
}
