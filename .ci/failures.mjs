#!/usr/bin/env node
// Names what failed in a vitest JSON report, each with the first lines of why.
import { readFileSync } from 'node:fs';

const [title, file] = process.argv.slice(2);
for (const { name, message, assertionResults } of JSON.parse(readFileSync(file, 'utf8')).testResults) {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0 && message !== '') console.log(`${title}: ${name}\n${first(message)}`);
  for (const { fullName, failureMessages } of failed)
    console.log(`${title}: ${name}: ${fullName}\n${first(failureMessages.join('\n'))}`);
}

function first(message) {
  return message
    .split('\n')
    .slice(0, 25)
    .map((line) => `    ${line}`)
    .join('\n');
}
