/** The directory of a bundle, read plainly: src/bundle/format.h draws it. */
export function sectionsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: view.getUint32(12, true) }, (_, i) => {
    const at = 64 + 64 * i
    const [offset, length] = [16, 24].map((field) => Number(view.getBigUint64(at + field, true)))
    const name = new TextDecoder().decode(bytes.subarray(at + 40, at + 64)).replace(/\0.*$/, '')
    return {
      kind: view.getUint32(at, true),
      ordinal: view.getUint32(at + 4, true),
      name,
      offset,
      length,
      end: offset + Math.ceil(length / 64) * 64,
    }
  })
}
