/** How a command ends, for scripts. The words on stderr (or `error` of `--json`) say the rest. */
export const EXIT = {
  /** What was asked for is done; a dry run has shown what would be. */
  done: 0,
  /** It was understood and could not be done, or what was checked is not as it should be. */
  failed: 1,
  /** It was not understood: an unknown command, option or value. Nothing was touched. */
  misunderstood: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
