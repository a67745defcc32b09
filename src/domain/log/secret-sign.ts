import { readEscapes } from './json-escape.ts';

/**
 * One of these, in lower case, is in every line that `maskLine` changes: a part of each name, command and shape it knows.
 * Whoever adds one there adds it here.
 */
const SIGNS =
  /key|token|pass|pwd|secret|signature|sig=|sig%|sig:|credential|authorization|bearer|cookie|access|(?<![a-z0-9])[as]k(?![a-z0-9])|mysql|mariadb|curl|(?:docker|podman|nerdctl) login|@|ltai|sts\.|tmp\.|cais|eyj|xox|xapp-|gh[pousr]_|github_pat_|glpat-|hf_|npm_|dapi|aiza|akia|asia|密码|口令|密钥|令牌/;

/** Whether a secret may be in a line; false for most lines, which need no closer look. */
export function mayHoldSecret(line: string): boolean {
  const read = readEscapes(line);
  return SIGNS.test(line.toLowerCase()) || (read !== line && SIGNS.test(read.toLowerCase()));
}
