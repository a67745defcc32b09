import type { Clause } from '../../../domain/filter/filter.ts';
import { readStatus } from '../../../domain/status.ts';
import type { RunFacts, SearchWords } from '../../catalog.ts';
import { ago, code, join, type Line, lead, line, moment, type Span } from '../../line.ts';
import { grouped } from '../../numbers.ts';
import { counted, listed, named, STATES } from './phrases.ts';
import { whoDidNotAnswer } from './trouble.ts';

/** Words about runs that were looked for. */
export const searchWords: SearchWords = {
  filterInWords({ clauses }, since, most) {
    const left = clauses.length - most;
    return join(
      [
        ...clauses.slice(0, most).map(clauseInWords),
        left > 0 ? line`${counted(left, 'more condition')}` : undefined,
        since && line`since ${moment(since)}`,
      ],
      ', ',
    );
  },

  runsHead: (total, filter) =>
    total === 0
      ? line`No run found${lead(': ', filter)}`
      : line`${counted(total, 'run')}${lead(': ', filter)}`,
  someShown: (shown, total) => line`${grouped(shown)} of ${grouped(total)} shown`,
  scanned: (read, of) => line`Looked at the newest ${grouped(read)} of ${counted(of, 'run')}`,
  partly: (partial) =>
    partial.shown.length === 0
      ? line`Not shown: ${whoDidNotAnswer(partial)}.`
      : line`Shown: ${named(partial.shown)}. Not shown: ${whoDidNotAnswer(partial)}.`,

  overviewHead({ failed, running, succeeded }, since, read) {
    const least = read === 'at-least' ? 'at least ' : '';
    if (failed > 0)
      return line`${least}${grouped(failed)} failed, ${grouped(running)} running, ${grouped(succeeded)} succeeded since ${moment(since)}`;
    const quiet = read === 'all' ? 'All quiet' : 'No failure seen';
    return line`${quiet}: ${least}${grouped(running)} running, ${grouped(succeeded)} succeeded, 0 failed since ${moment(since)}`;
  },
  overviewMore: (failed, running) =>
    join(
      [
        failed > 0 ? line`${grouped(failed)} more failed` : undefined,
        running > 0 ? line`${grouped(running)} more running` : undefined,
      ],
      ', ',
    ),
  lastFailure(name, { run, nodes }: RunFacts) {
    const at = nodes?.failed === undefined ? [] : line` at ${code(nodes.failed)}`;
    return join([line`Last failure: ${name}${at}`, run.finishedAt && line`${moment(run.finishedAt)}`], ', ');
  },
  readFrom: (labels, readAt) =>
    join([labels.length === 0 ? undefined : line`${named(labels)}`, line`read ${ago(readAt)}`], ' · '),
  lastFailedHere: (rest) => line`Last failed here: ${rest}`,
  whichOne: (name, total) => line`${name} fits ${counted(total, 'pipeline')}. Which one?`,
  onlyOneSeen: (name) =>
    name === undefined
      ? line`The last failed run where I could look. Is it the one?`
      : line`${name} fits one pipeline where I could look. Is it the one?`,
  whichOfThese: (total) => line`${counted(total, 'run')} are named here. Which one?`,
  choicesShown: (shown, total) =>
    line`${grouped(shown)} of ${grouped(total)} shown. Write more of the name, or an id.`,
};

/** Values of one condition said in words. */
const MOST_VALUES = 4;

function clauseInWords({ key, negated, values }: Clause): Line {
  const not = !negated ? '' : values.length > 1 ? 'neither ' : 'not ';
  const any = listed(
    values.slice(0, MOST_VALUES).map((value) => valueInWords(key, value)),
    Math.max(0, values.length - MOST_VALUES),
    negated ? ' nor ' : ' or ',
  );
  switch (key) {
    case 'status':
      return line`${not}${any}`;
    case 'pipeline':
      return line`${not}of pipeline ${any}`;
    case 'name':
      return line`${not}named ${any}`;
    case 'user':
      return line`${not}started by ${any}`;
    case 'workspace':
      return line`${not}in ${any}`;
    case 'node':
      return line`${negated ? 'without' : 'with'} node ${any}`;
    case 'source':
      return line`${not}from ${any}`;
  }
}

function valueInWords(key: Clause['key'], value: string): Span {
  if (key === 'status') return stateInWords(value);
  if (key === 'user' && /^\d+$/.test(value)) return { kind: 'words', words: `…${value.slice(-4)}` };
  return code(value);
}

/** Filters name states by our words or by PAI's. */
function stateInWords(value: string): Span {
  if (value === 'unknown') return { kind: 'words', words: 'in an unknown state' };
  const { phase } = readStatus(value);
  const known = Object.entries(STATES).find(([each]) => each === (phase === 'unknown' ? value : phase));
  return known === undefined ? code(value) : { kind: 'words', words: known[1] };
}
