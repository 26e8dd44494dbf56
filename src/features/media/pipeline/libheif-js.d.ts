/** The part of libheif's C API that decoding takes, as Emscripten binds it; the package has no usable types of its own. */
declare module 'libheif-js/libheif-wasm/libheif.js' {
  /** Opaque: a pointer into the instance's own memory. */
  export interface HeifHandle {
    readonly code?: undefined;
  }
  /** What a call that fails gives in place of its result. */
  export interface HeifError {
    readonly code: object;
    readonly message: string;
  }
  export interface HeifImage {
    readonly code?: undefined;
    readonly channels: readonly { readonly data: Uint8Array; readonly stride: number; readonly width: number; readonly height: number }[];
  }
  export interface LibHeif {
    readonly heif_error_code: { readonly heif_error_Ok: object };
    readonly heif_colorspace: { readonly heif_colorspace_RGB: object };
    readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: object };
    heif_context_alloc(): HeifHandle;
    heif_context_read_from_memory(context: HeifHandle, file: Uint8Array): HeifError;
    heif_js_context_get_primary_image_handle(context: HeifHandle): HeifHandle | HeifError;
    heif_image_handle_get_width(image: HeifHandle): number;
    heif_image_handle_get_height(image: HeifHandle): number;
    heif_js_decode_image2(image: HeifHandle, colorspace: object, chroma: object): HeifImage | HeifError;
  }
  export interface LibHeifOptions {
    instantiateWasm(imports: object, done: (instance: object, module: object) => void): object;
    print(text: string): void;
    printErr(text: string): void;
  }
  export type CreateLibHeif = (options: LibHeifOptions) => LibHeif;
}

/** What Node has and its types leave to those of the browser. */
declare namespace WebAssembly {
  const Module: new (bytes: Uint8Array) => object;
  const Instance: new (module: object, imports: object) => { readonly exports: object };
}
