import { randomUUID } from 'node:crypto';
import { ObjectAccountTombstones } from '../../src/platform/key-vault/index.js';
import { empty, openFolderStore, openS3Store, s3Settings, type StoreUnderTest } from './stores.js';

/** What AccountTombstones do, wherever the vault is. */
function tombstonesContract(open: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest;
  beforeAll(async () => {
    under = await open();
  });
  afterEach(() => empty(under.store));
  afterAll(() => under.close());

  async function all(store = under.store): Promise<string[]> {
    const pages: (readonly string[])[] = [];
    for await (const page of new ObjectAccountTombstones(store).pages()) pages.push(page);
    return pages.flat();
  }

  it('keeps each once, and beside other things of the vault', async () => {
    await under.store.put('hours/1700000000000', Buffer.from('x'), { contentType: 'text/plain' });
    const [first, second] = [randomUUID(), randomUUID()];
    const tombstones = new ObjectAccountTombstones(under.store);
    await Promise.all([first, second, first].map((tombstone) => tombstones.add(tombstone)));
    expect((await all()).sort()).toEqual([first, second].sort());
  });

  it('takes nothing but a UUID: a handle does not get into the vault by mistake', async () => {
    await expect(new ObjectAccountTombstones(under.store).add('bea')).rejects.toThrow('a tombstone is a UUID');
    expect(await all()).toEqual([]);
  });

  it('a vault that is away is not an empty one', async () => {
    await expect(all(under.absent)).rejects.toThrow();
    await expect(new ObjectAccountTombstones(under.absent).add(randomUUID())).rejects.toThrow();
  });
}

describe('ObjectAccountTombstones on a folder', () => tombstonesContract(openFolderStore));
(s3Settings() ? describe : describe.skip)('ObjectAccountTombstones on S3', () => tombstonesContract(openS3Store));
