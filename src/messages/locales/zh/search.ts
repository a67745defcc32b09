import type { Clause } from '../../../domain/filter/filter.ts';
import { readStatus } from '../../../domain/status.ts';
import type { SearchWords } from '../../catalog.ts';
import { ago, code, join, type Line, lead, line, moment, type Span } from '../../line.ts';
import { grouped } from '../../numbers.ts';
import { listed, named, STATES } from './phrases.ts';
import { whoDidNotAnswer } from './trouble.ts';

/** Words about runs that were looked for. */
export const searchWords: SearchWords = {
  filterInWords({ clauses }, since, most) {
    const left = clauses.length - most;
    return join(
      [
        ...clauses.slice(0, most).map(clauseInWords),
        left > 0 ? line`另有 ${grouped(left)} 个条件` : undefined,
        since && line`自 ${moment(since)} 起`,
      ],
      '，',
    );
  },

  runsHead: (total, filter) =>
    total === 0
      ? line`没有找到任务${lead('：', filter)}`
      : line`共 ${grouped(total)} 个任务${lead('：', filter)}`,
  someShown: (shown, total) => line`共 ${grouped(total)} 个，显示 ${grouped(shown)} 个`,
  scanned: (read, of) => line`按 ${grouped(of)} 个任务中最新的 ${grouped(read)} 个查找`,
  partly: (partial) =>
    partial.shown.length === 0
      ? line`未显示：${whoDidNotAnswer(partial)}。`
      : line`已显示：${named(partial.shown)}。未显示：${whoDidNotAnswer(partial)}。`,

  overviewHead({ failed, running, succeeded }, since, read) {
    const least = read === 'at-least' ? '至少' : '';
    if (failed > 0)
      return line`自 ${moment(since)} 起${least}失败 ${grouped(failed)}，运行中 ${grouped(running)}，成功 ${grouped(succeeded)}`;
    const quiet = read === 'all' ? '一切正常' : '未见失败';
    return line`${quiet}：自 ${moment(since)} 起${least}运行中 ${grouped(running)}，成功 ${grouped(succeeded)}，失败 0`;
  },
  overviewMore: (failed, running) =>
    join(
      [
        failed > 0 ? line`另有 ${grouped(failed)} 个失败` : undefined,
        running > 0 ? line`另有 ${grouped(running)} 个运行中` : undefined,
      ],
      '，',
    ),
  lastFailure(name, { run, nodes }) {
    const at = nodes?.failed === undefined ? undefined : line`节点 ${code(nodes.failed)}`;
    return join([line`上次失败：${name}`, at, run.finishedAt && line`${moment(run.finishedAt)}`], '，');
  },
  readFrom: (labels, readAt) =>
    join([labels.length === 0 ? undefined : line`${named(labels)}`, line`读取于 ${ago(readAt)}`], ' · '),
  lastFailedHere: (rest) => line`这里最近失败的：${rest}`,
  whichOne: (name, total) => line`${name} 匹配 ${grouped(total)} 个工作流，你指哪一个？`,
  onlyOneSeen: (name) =>
    name === undefined
      ? line`能查询到的范围内最近失败的任务，是它吗？`
      : line`能查询到的范围内 ${name} 只匹配 1 个工作流，是它吗？`,
  whichOfThese: (total) => line`这里提到 ${grouped(total)} 个任务，你指哪一个？`,
  choicesShown: (shown, total) =>
    line`共 ${grouped(total)} 个，显示 ${grouped(shown)} 个。请写得更完整，或给出 ID。`,
};

/** Values of one condition said in words. */
const MOST_VALUES = 4;

function clauseInWords({ key, negated, values }: Clause): Line {
  const any = listed(
    values.slice(0, MOST_VALUES).map((value) => valueInWords(key, value)),
    Math.max(0, values.length - MOST_VALUES),
    negated ? '、' : ' 或 ',
  );
  if (key === 'node') return line`${negated ? '不含' : '含'}节点 ${any}`;
  const noun = NOUNS[key];
  return noun === '' ? line`${negated ? '排除' : ''}${any}` : line`${negated ? '排除' : ''}${noun} ${any}`;
}

const NOUNS: Readonly<Record<Exclude<Clause['key'], 'node'>, string>> = {
  status: '',
  pipeline: '工作流',
  name: '名称',
  user: '发起人',
  workspace: '工作空间',
  source: '来源',
};

function valueInWords(key: Clause['key'], value: string): Span {
  if (key === 'status') return stateInWords(value);
  if (key === 'user' && /^\d+$/.test(value)) return { kind: 'words', words: `…${value.slice(-4)}` };
  return code(value);
}

/** Filters name states by our words or by PAI's. */
function stateInWords(value: string): Span {
  if (value === 'unknown') return { kind: 'words', words: '状态未知' };
  const { phase } = readStatus(value);
  const known = Object.entries(STATES).find(([each]) => each === (phase === 'unknown' ? value : phase));
  return known === undefined ? code(value) : { kind: 'words', words: known[1] };
}
