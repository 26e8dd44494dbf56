import type { Orientation } from './images.js';

/**
 * HEIC files put together box by box (ISO/IEC 14496-12 and 23008-12), laid out as iPhones do: a grid of tiles, turned and
 * mirrored by properties. The tiles are HEVC intra frames of one colour, 64 pixels a side, coded once by x265 (`ffmpeg -f lavfi
 * -i color=… -frames:v 1 -c:v libx265 -x265-params keyint=1:crf=10:range=full`): nothing here has to encode HEVC.
 */
export const HEIC_TILE = 64;

const VPS = '40010c01ffff0408000003009fa800000300001eba0240';
const SPS = '4201010408000003009fa800000300001ea020810596ea4932bc05b81010282000000300200000030321';
const PPS = '4401c172b02240';
const SLICES = {
  red: '2801af04f841325337fe5c587fff79efefffbd3dea34df3adf80',
  green: '2801af04f841325337d5a1ffffb617ffffe7777a8d37ceb7e0',
  blue: '2801af04f841325337ff06455d7ff591ffffe3cdea34df3adf80',
  yellow: '2801af04f8413252da7eec9cfffff622ffbff9437a8d37ceb7e0',
} as const;
type Colour = keyof typeof SLICES;

/** The four tiles as stored, row by row, and the turn (quarters against the clock) and mirror that make the card of them. */
const LAYOUTS: Readonly<Record<Orientation, { tiles: readonly Colour[]; turn?: number; mirror?: 'rows' | 'columns' }>> = {
  1: { tiles: ['red', 'green', 'blue', 'yellow'] },
  2: { tiles: ['green', 'red', 'yellow', 'blue'], mirror: 'columns' },
  3: { tiles: ['yellow', 'blue', 'green', 'red'], turn: 2 },
  4: { tiles: ['blue', 'yellow', 'red', 'green'], mirror: 'rows' },
  5: { tiles: ['red', 'blue', 'green', 'yellow'], turn: 1, mirror: 'rows' },
  6: { tiles: ['green', 'yellow', 'red', 'blue'], turn: 3 },
  7: { tiles: ['yellow', 'green', 'blue', 'red'], turn: 1, mirror: 'columns' },
  8: { tiles: ['blue', 'red', 'yellow', 'green'], turn: 1 },
};

export interface HeicOptions {
  readonly orientation?: Orientation;
  /** Carried as the picture's colour profile. */
  readonly icc?: Buffer;
  /** Colour primaries by number (ITU-T H.273), where no profile is carried. */
  readonly primaries?: number;
  /** A TIFF block, as in the EXIF of a JPEG. */
  readonly exif?: Buffer;
  readonly xmp?: string;
  /** What the header says the whole picture measures. */
  readonly claims?: { readonly width: number; readonly height: number };
  /** Tiles that are pictures in their own right: the grid is the fifth of them then. */
  readonly areTilesShown?: boolean;
  /** Boxes behind everything else. */
  readonly tail?: Buffer;
}

/** The test card of images.ts, 128 x 128, as an iPhone would store it held that way. */
export function heicCard(options: HeicOptions = {}): Buffer {
  const { tiles, turn, mirror } = LAYOUTS[options.orientation ?? 1];
  const { width, height } = options.claims ?? { width: 2 * HEIC_TILE, height: 2 * HEIC_TILE };
  const items: Item[] = tiles.map((colour) => ({
    type: 'hvc1',
    data: sample(colour),
    properties: [1, 2],
    isHidden: !options.areTilesShown,
  }));
  const grid = items.push({ type: 'grid', data: Buffer.of(0, 1, 1, 1, ...u32(width), ...u32(height)), properties: [3] });
  const shared: Buffer[] = [hvcC(), ispe(HEIC_TILE, HEIC_TILE), ispe(width, height)];
  const add = (property: Buffer | undefined): void => {
    if (property) items[grid - 1]!.properties.push(shared.push(property));
  };
  add(colr(options));
  add(turn === undefined ? undefined : box('irot', Buffer.of(turn)));
  add(mirror && box('imir', Buffer.of(mirror === 'rows' ? 0 : 1)));
  const about: number[] = [];
  if (options.exif) about.push(items.push({ type: 'Exif', data: Buffer.concat([Buffer.alloc(4), options.exif]), properties: [] }));
  if (options.xmp) about.push(items.push({ type: 'mime', data: Buffer.from(options.xmp), properties: [] }));
  const references = [reference('dimg', grid, [1, 2, 3, 4]), ...about.map((id) => reference('cdsc', id, [grid]))];
  return assemble(items, shared, references, grid, options.tail);
}

interface Item {
  readonly type: string;
  readonly data: Buffer;
  /** Numbers of its properties, from 1. */
  readonly properties: number[];
  readonly isHidden?: boolean;
}

function assemble(
  items: readonly Item[],
  shared: readonly Buffer[],
  references: readonly Buffer[],
  primary: number,
  tail?: Buffer,
): Buffer {
  const ftyp = box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1'));
  const meta = (dataAt: number): Buffer => {
    let at = dataAt;
    const places = items.map(({ data }, n) => {
      const place = [...u16(n + 1), 0, 0, ...u16(1), ...u32(at), ...u32(data.length)];
      at += data.length;
      return Buffer.from(place);
    });
    const infos = items.map(({ type, isHidden }, n) =>
      box(
        'infe',
        Buffer.of(2, 0, 0, isHidden ? 1 : 0, ...u16(n + 1), 0, 0),
        Buffer.from(`${type}\0${type === 'mime' ? 'application/rdf+xml\0' : ''}`, 'latin1'),
      ),
    );
    const uses = items.map(({ properties }, n) =>
      Buffer.of(...u16(n + 1), properties.length, ...properties.map((p) => essential(shared, p))),
    );
    return full(
      'meta',
      0,
      full('hdlr', 0, Buffer.alloc(4), Buffer.from('pict'), Buffer.alloc(13)),
      full('pitm', 0, Buffer.of(...u16(primary))),
      full('iinf', 0, Buffer.of(...u16(items.length)), ...infos),
      full('iref', 0, ...references),
      box('iprp', box('ipco', ...shared), full('ipma', 0, Buffer.of(...u32(items.length)), ...uses)),
      full('iloc', 0, Buffer.of(0x44, 0, ...u16(items.length)), ...places),
    );
  };
  const dataAt = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(dataAt), box('mdat', ...items.map(({ data }) => data)), ...(tail ? [tail] : [])]);
}

/** A property's number in `ipma`, with the bit that says that a reader has to know it. */
function essential(shared: readonly Buffer[], property: number): number {
  return /^i(rot|mir)$/.test(shared[property - 1]!.toString('latin1', 4, 8)) ? property | 0x80 : property;
}

/** ISO/IEC 14496-15 §8.3.3.1; profile, constraints and level as the SPS has them. */
function hvcC(): Buffer {
  const sets = [VPS, SPS, PPS].map((hex) => Buffer.from(hex, 'hex'));
  const arrays = sets.map((set) => Buffer.concat([Buffer.of(0x80 | (set.readUInt8(0) >> 1), ...u16(1), ...u16(set.length)), set]));
  const head = Buffer.from('0104080000009fa8000000001ef000fcfdf8f800000f', 'hex');
  return box('hvcC', head, Buffer.of(arrays.length), ...arrays);
}

function sample(colour: Colour): Buffer {
  const slice = Buffer.from(SLICES[colour], 'hex');
  return Buffer.concat([Buffer.from(u32(slice.length)), slice]);
}

function ispe(width: number, height: number): Buffer {
  return full('ispe', 0, Buffer.of(...u32(width), ...u32(height)));
}

function colr({ icc, primaries }: HeicOptions): Buffer | undefined {
  if (icc) return box('colr', Buffer.from('prof'), icc);
  if (primaries === undefined) return undefined;
  return box('colr', Buffer.from('nclx'), Buffer.of(...u16(primaries), ...u16(13), ...u16(6), 0x80));
}

function reference(type: string, from: number, to: readonly number[]): Buffer {
  return box(type, Buffer.of(...u16(from), ...u16(to.length), ...to.flatMap(u16)));
}

function full(type: string, version: number, ...parts: readonly Buffer[]): Buffer {
  return box(type, Buffer.of(version, 0, 0, 0), ...parts);
}

export function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([Buffer.from(u32(length)), Buffer.from(type, 'latin1'), ...parts]);
}

function u16(value: number): number[] {
  return [(value >>> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value)];
}
