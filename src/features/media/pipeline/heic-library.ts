import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Where libheif lies, compiled to WebAssembly; `undefined` on a server that was installed without it: it takes no HEIC. */
export function heicLibrary(): { readonly script: string; readonly wasm: string } | undefined {
  try {
    return {
      script: require.resolve('libheif-js/libheif-wasm/libheif.js'),
      wasm: require.resolve('libheif-js/libheif-wasm/libheif.wasm'),
    };
  } catch {
    return undefined;
  }
}
