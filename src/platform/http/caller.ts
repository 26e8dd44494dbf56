/** Who asks: known from the access token alone, without a look into the database. */
export interface Caller {
  readonly personId: string;
  readonly deviceId: string;
}
