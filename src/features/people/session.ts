/** What the world may know of a person. */
export interface PersonBrief {
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
}

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A session as its person gets it. */
export interface Session extends TokenPair {
  readonly person: PersonBrief;
  readonly device: { readonly id: string; readonly name: string };
}
