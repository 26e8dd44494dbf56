/**
 * Named places between two steps that must be repeatable. `CRASH_AT=<name>` makes the process kill itself there, as `kill
 * -9` would; configuration refuses it in production.
 */
export const crashPoints = [
  'after_clip_made',
  'after_decode',
  'after_object_put',
  'after_send_commit',
  'after_story_chunk',
  'after_grant_commit',
  'after_erasure_owed',
  'after_key_destroyed',
  'after_detach',
  'after_drop',
  'after_objects_deleted',
  'after_absence_seen',
  'after_erase_leaf',
  'after_debt_settled',
  'after_hour_closed',
  'after_log_assigned',
  'after_log_written',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

let armed: string | undefined;

export function armCrashPoint(name: string | undefined): void {
  armed = name;
}

export function crashPoint(name: CrashPoint): void {
  if (armed === name) process.kill(process.pid, 'SIGKILL');
}
