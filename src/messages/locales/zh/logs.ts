import type { LogPart, LogWords } from '../../catalog.ts';
import { code, join, type Line, lead, line, type Span } from '../../line.ts';
import { grouped } from '../../numbers.ts';
import { stateOfRun } from './phrases.ts';

/** Words about what a node wrote and made. */
export const logWords: LogWords = {
  logHead: (place, part) => line`${place} ：${join([linesShown(part), hiddenSecrets(part.hidden)], '，')}`,
  noLog: () => line`PAI 没有返回该节点的日志。如果它在 MaxCompute 上运行，可在 PAI 中打开 Logview。`,
  logFile: (place, { shown, total, hidden }) =>
    line`${place} ：${join([shown < total ? line`共 ${grouped(total)} 行，导出最后 ${grouped(shown)} 行` : line`全部 ${grouped(total)} 行`, hiddenSecrets(hidden)], '，')}`,
  noErrorLine: (place, searched) => line`${place} ：最后 ${grouped(searched)} 行中没有错误行。`,
  noLineWith: (place, grep) => line`${place} ：没有包含 ${grep} 的行。`,

  runFailed: (name, node, cause, hasLog) =>
    line`${name} 失败${lead('于 ', node && [node])}${because(cause, hasLog)}`,
  nodeFailed: (name, node, cause, { run }, hasLog) =>
    line`${name} ${stateOfRun(run)}，但节点 ${node} 失败${because(cause, hasLog)}`,
  nothingFailed: (sentence) => line`${sentence}；没有失败`,
  tailHead: (shown, hidden) => join([line`最后 ${grouped(shown)} 行`, hiddenSecrets(hidden)], '，'),

  outputsHead: (place, total, type) => line`${place} ：${grouped(total)} 个${ofType(type)}输出`,
  noOutputs: (place, type, mayStillCome) =>
    line`${place} ：${mayStillCome ? '还' : ''}没有${ofType(type)}输出${mayStillCome ? '；任务还在进行，之后可能会有' : ''}`,
  outputType: (type) => [typeName(type)],
  inProject: (project) => line`（MaxCompute 项目 ${project} ）`,
  moreValues: (count) => line`另有 ${grouped(count)} 个`,
};

function linesShown({ kind, first, shown, total, grep, searched }: LogPart): Line {
  const last = first + shown - 1;
  const isEnd = last >= total;
  if (kind === 'errors') {
    const within = searched === undefined ? '' : `最后 ${grouped(searched)} 行中`;
    const found = `${within}有 ${grouped(total)} 行错误`;
    return shown === total ? line`${found}` : line`${found}，显示最后 ${grouped(shown)} 行`;
  }
  const all = grep === undefined ? line`共 ${grouped(total)} 行` : line`共 ${grouped(total)} 行包含 ${grep}`;
  if (first === 1 && isEnd) return all;
  if (isEnd) return line`${all}，显示最后 ${grouped(shown)} 行`;
  return line`${all}，显示第 ${grouped(first)} 到 ${grouped(last)} 行`;
}

function hiddenSecrets(count: number): Line | undefined {
  return count > 0 ? line`已隐藏 ${grouped(count)} 处密钥` : undefined;
}

function because(cause: Span | undefined, hasLog: boolean): Line {
  if (cause !== undefined) return line` ：${cause}`;
  return hasLog ? line`（日志中未找到错误行）` : [];
}

function ofType(type: string | undefined): Line {
  if (type === undefined) return [];
  const name = typeName(type);
  return name.kind === 'code' ? line` ${name} ` : [name];
}

const TYPES: Readonly<Record<string, string>> = {
  Model: '模型',
  DataSet: '数据集',
  Metrics: '度量',
  ModelEvaluation: '模型评估',
};

function typeName(type: string): Span {
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  return known === undefined ? code(type) : { kind: 'words', words: known, bold: true };
}
