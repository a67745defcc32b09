import type { Row } from './row.ts';

const HEAD = ['What', 'Ours', 'Peer or floor', 'Ratio', 'Bound', 'Holds'];

/** A Markdown table, padded so that it reads well in a terminal too. */
export function renderTable(rows: readonly Row[]): string {
  const lines = rows.map(({ name, ours, peer, ratio = '-', bound, holds }) => [
    name,
    ours,
    peer === '' ? '-' : peer,
    ratio,
    bound,
    holds === undefined ? '-' : holds ? 'yes' : 'NO',
  ]);
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const render = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [render(HEAD), render(widths.map((width) => '-'.repeat(width))), ...lines.map(render)].join('\n');
}
