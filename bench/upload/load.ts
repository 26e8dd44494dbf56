/** Uploads a round, all at once, and what each sends. */
export const UPLOADS = 6;
/** Small ones that a side sees first, so that a server is measured as it runs and not as it starts. */
export const WARM_UP = { uploads: 400, bytes: 1000 } as const;
export const FILE = { kind: 'clip', content_type: 'video/mp4', bytes: 20_000_000 } as const;

/** What the client's process is told to do: the whole way of a phone so many times, or a bare PUT each to a proxy. */
export type Load = ({ readonly api: string; readonly token: string } | { readonly proxy: string }) & {
  readonly uploads: number;
  readonly bytes: number;
};
