/** What a handle looks like; handles are compared as they are, so there is one spelling of each. */
export const HANDLE = /^[a-z0-9_.]{3,24}$/;

/** Names that would speak for the service or its operator, or that clients read as words. Dots and underscores do not make them others. */
const reserved = new Set(
  `abuse account accounts admin administrator admins all anonymous api app bot contact deleted everyone flits flitsteam friends group groups
  guest help helpdesk hostmaster info legal login mail me mod moderation moderator moderators mods news nobody noreply notfound null
  official operator operators owner police postmaster press privacy realtime report reports root safety security server service settings
  signup staff status stories story superuser support sysadmin system team terms trust undefined unknown user users webmaster www`.split(
    /\s+/,
  ),
);

export function isReserved(handle: string): boolean {
  return reserved.has(handle.replace(/[._]/g, ''));
}
