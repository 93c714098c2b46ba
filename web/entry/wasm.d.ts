/** Where build.mjs puts the bytes into the module, and where it leaves an import of ./core.wasm to the runtime. */
declare module '*/dist/core.wasm' {
  const bytes: Uint8Array<ArrayBuffer>
  export default bytes
}
declare module 'martello/core.wasm*' {
  const module: WebAssembly.Module
  export default module
}
