import { HIDDEN, type Masked } from './hidden.ts';
import { isPlaceholder } from './secret-value.ts';

/** Up to the end of the command; what is in quotes belongs to it. */
const REST = String.raw`\b(?:[^|;&\n"']|"[^"\n]*"|'[^'\n]*'|["'])*`;

interface Command {
  readonly command: RegExp;
  /** The option up to the secret, and the secret. */
  readonly secret: RegExp;
}

/** Clients whose options for a password do not name it. */
const COMMANDS: readonly Command[] = [
  {
    command: new RegExp(
      String.raw`\b(?:mysql(?:dump|admin|import|show|check|sh)?|mariadb(?:-\w{1,20})?)${REST}`,
      'g',
    ),
    secret: /(\s-p["']?)((?<=["'])[^"']+|[^\s"']+)/g,
  },
  {
    command: new RegExp(String.raw`\bcurl${REST}`, 'g'),
    secret:
      /(\s(?:-u|-U|--user|--proxy-user)[ =]{0,8}["']?[^\s:"'/]{1,200}:)((?<=["'][^\s:"'/]{1,200}:)[^"']+|[^\s"']+)/g,
  },
  {
    command: new RegExp(String.raw`\b(?:sshpass|(?:docker|podman|nerdctl) login)${REST}`, 'g'),
    secret: /(\s-p[ =]{0,8}["']?)((?<=["'])[^"']+|[^\s"'-][^\s"']*)/g,
  },
];

/** Hides what stands in command lines: `mysql -phunter2`, `curl -u bob:hunter2`, `docker login -p hunter2`. */
export function maskCommands(line: string): Masked {
  let hidden = 0;
  let text = line;
  for (const { command, secret } of COMMANDS) {
    text = text.replace(command, (whole) =>
      whole.replace(secret, (all: string, head: string, word: string) => {
        if (word === HIDDEN || isPlaceholder(word)) return all;
        hidden += 1;
        return head + HIDDEN;
      }),
    );
  }
  return { text, hidden };
}
