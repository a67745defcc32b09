import { runStoreTool } from '../../src/store/file/tool.ts';
import { T0 } from './watching.ts';

/** What the tool says of the rows of a saved store. */
export const ROWS =
  '1 runs, 1 places, 1 watches, 1 deliveries, 0 once, 1 documents, 0 ended, 0 streaks, 0 pauses, 0 outages';

/** Runs the store tool and gives how it ended and what it said. */
export async function runTool(
  dataFile: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly said: string; readonly complained: string }> {
  let [said, complained] = ['', ''];
  const code = await runStoreTool(args, {
    dataFile,
    now: () => T0,
    print: (text) => {
      said += text;
    },
    complain: (text) => {
      complained += text;
    },
  });
  return { code, said, complained };
}
