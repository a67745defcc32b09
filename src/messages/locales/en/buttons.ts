import type { ButtonWords } from '../../catalog.ts';

export const buttonWords: ButtonWords = {
  verbs: {
    status: 'status',
    runs: 'runs',
    logs: 'logs',
    why: 'why',
    outputs: 'outputs',
    doctor: 'doctor',
    help: 'help',
  },
  buttons: {
    refresh: 'Refresh',
    share: 'Share',
    openInPai: 'Open in PAI',
    retry: 'Retry',
    help: 'Help',
    why: 'Why',
    logs: 'Logs',
    outputs: 'Outputs',
    older: 'Older',
    errorsOnly: 'Errors only',
    asFile: 'As file',
    more: 'More',
    runningNow: 'Running now',
    newestRuns: 'Newest runs',
    run: (command) => `Run ${command}`,
  },
};
