/** Which pages may open a socket (R48). Browsers always say where a page is from and cannot be made to lie about it. */
export class SocketOrigins {
  readonly #allowed: ReadonlySet<string>;

  /** @param publicUrl its own origin is always allowed */
  constructor({ ALLOWED_ORIGINS, PUBLIC_URL }: { readonly ALLOWED_ORIGINS: readonly string[]; readonly PUBLIC_URL: string }) {
    this.#allowed = new Set([...ALLOWED_ORIGINS, new URL(PUBLIC_URL).origin]);
  }

  /** @param origin the `Origin` header; apps send none */
  allows(origin: string | undefined): boolean {
    return origin === undefined || this.#allowed.has(origin);
  }
}
