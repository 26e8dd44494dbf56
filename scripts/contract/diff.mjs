const MOST_LINES = 24;
const CONTEXT = 2;

/** The first place where two texts differ, as `-` (the file) and `+` (what it should be), cut to a screenful. */
export function shortDiff(before, after) {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < Math.min(old.length, fresh.length) && old[start] === fresh[start]) start += 1;
  let tail = 0;
  while (tail < Math.min(old.length, fresh.length) - start && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const lines = [
    `@@ line ${start + 1}`,
    ...old.slice(Math.max(0, start - CONTEXT), start).map((line) => `  ${line}`),
    ...cut(old.slice(start, old.length - tail).map((line) => `- ${line}`)),
    ...cut(fresh.slice(start, fresh.length - tail).map((line) => `+ ${line}`)),
  ];
  return lines.join('\n');
}

function cut(lines) {
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), `… ${lines.length - MOST_LINES} more lines`];
}
